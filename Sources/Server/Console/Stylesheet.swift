import Engine

/// The only style sheet, served by us. Made for one thumb, half-open eyes and a dark room.
enum Stylesheet {
    static let css = """
        :root {
          color-scheme: light dark;
          --ground: #f7f7f4; --card: #ffffff; --ink: #1c1e21; --quiet: #5b6068; --line: #d9dad6; --link: #0b57a4;
          --sev1: #b3141d; --sev2: #b04a00; --sev3: #7a6200; --sev4: #4d5660; --good: #1c6b3a; --button: #0b57a4;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #121417; --card: #1b1e23; --ink: #e4e6e9; --quiet: #9aa1ab; --line: #31363d; --link: #8ab8f0;
            --sev1: #ff7b78; --sev2: #ffab6b; --sev3: #e3c34f; --sev4: #b3bcc7; --good: #77c996; --button: #2a6cb8;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink);
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; overflow-wrap: anywhere; }
        header, main, footer { max-width: 60rem; margin: 0 auto; padding: 0 1rem; }
        header { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.25rem; padding-top: .75rem;
          padding-bottom: .75rem; }
        header .name { font-weight: 700; font-size: 1.15rem; text-decoration: none; color: var(--ink); }
        header a, header button { display: inline-block; padding: .5rem 0; }
        header form { margin-left: auto; }
        footer { color: var(--quiet); font-size: .875rem; padding-top: 1.5rem; padding-bottom: 2rem; }
        a { color: var(--link); }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0; }
        h2 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; }
        p { margin: .4rem 0; }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem;
          margin: .6rem 0; }
        .card.sev1 { border-left: .35rem solid var(--sev1); } .card.sev2 { border-left: .35rem solid var(--sev2); }
        .card.sev3 { border-left: .35rem solid var(--sev3); } .card.sev4 { border-left: .35rem solid var(--sev4); }
        .card .title { font-weight: 600; font-size: 1.05rem; }
        .quiet { color: var(--quiet); }
        .small { font-size: .875rem; }
        .sev { font-weight: 700; white-space: nowrap; }
        .sev.sev1 { color: var(--sev1); } .sev.sev2 { color: var(--sev2); }
        .sev.sev3 { color: var(--sev3); } .sev.sev4 { color: var(--sev4); }
        .state { font-weight: 600; } .state.triggered { color: var(--sev1);
          } .state.resolved, .good { color: var(--good); }
        .alarm { background: var(--card); border: 2px solid var(--sev1); border-radius: .6rem; padding: .7rem 1rem;
          margin: .6rem 0; }
        .notice { border: 1px solid var(--good); border-radius: .6rem; padding: .6rem 1rem; margin: .6rem 0; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; }
        dt { color: var(--quiet); } dd { margin: 0; }
        pre { white-space: pre-wrap; overflow-wrap: anywhere;
          font: .9rem/1.45 ui-monospace, "DejaVu Sans Mono", monospace;
          margin: .4rem 0; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; overflow-wrap: normal; }
        th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0;
          border-top: 1px solid var(--line); }
        th { color: var(--quiet); font-weight: 600; border-top: 0; }
        table.evidence { table-layout: fixed; min-width: 24rem; overflow-wrap: anywhere; }
        table.evidence th[scope="row"] { border-top: 1px solid var(--line); }
        table.evidence tr:first-child td { border-top: 0; }
        ol.timeline { list-style: none; margin: 0; padding: 0; }
        ol.timeline li { display: grid; grid-template-columns: 7.5rem 1fr; gap: .75rem; padding: .35rem 0;
          border-top: 1px solid var(--line); }
        ol.timeline time { color: var(--quiet); font-variant-numeric: tabular-nums; }
        @media (max-width: 34rem) { ol.timeline li { grid-template-columns: 1fr; gap: 0; } }
        form { margin: 0; }
        label { display: block; color: var(--quiet); margin: .5rem 0 .2rem; }
        select, textarea, input { font: inherit; width: 100%; padding: .65rem .75rem; color: var(--ink);
          background: var(--ground);
          border: 1px solid var(--line); border-radius: .5rem; }
        .say { display: flex; gap: .6rem; margin: .4rem 0 .8rem; }
        .say input, a.say { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; }
        a.say { color: var(--quiet); text-decoration: none; }
        .say input { min-width: 0; }
        .say button { flex: none; border: 1px solid var(--line); border-radius: .5rem; padding: 0 1rem;
          background: var(--card); color: var(--ink); }
        summary { cursor: pointer; padding: .4rem 0; font-weight: 600; }
        .method form { margin-top: .6rem; }
        .buttons { display: flex; flex-wrap: wrap; gap: .6rem; margin-top: .75rem; }
        button { font: inherit; font-weight: 600; cursor: pointer; }
        button.big { min-height: 3.25rem; padding: .6rem 1.25rem; border: 1px solid var(--line); border-radius: .6rem;
          background: var(--card); color: var(--ink); flex: 1 1 9rem; }
        button.big.first { background: var(--button); border-color: var(--button); color: #ffffff; }
        button.plain { border: 0; background: none; color: var(--link); text-decoration: underline; }
        main.single { max-width: 34rem; padding-top: 1rem; padding-bottom: 2rem; }
        main.single button.big { width: 100%; font-size: 1.15rem; min-height: 4rem; }
        input[type=checkbox] { width: 1.35rem; height: 1.35rem; margin: 0 .4rem 0 0; flex: none;
          accent-color: var(--good); }
        .steps { list-style: none; padding: .5rem 1rem; }
        .steps li { display: flex; align-items: center; padding: .45rem 0; }
        .steps li:has(:checked) { opacity: .55; text-decoration: line-through; }
        .runbook pre { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
          padding: .6rem .8rem; }
        .runbook pre code, .runbook pre.chat code { user-select: all; -webkit-user-select: all; }
        .runbook pre.chat { border-left: .35rem solid var(--button); }
        .runbook pre.chat::before { content: "Say to Tocsin"; display: block; color: var(--quiet);
          font: .8rem system-ui, "DejaVu Sans", sans-serif; user-select: none; }
        .runbook pre.chat code { display: block; padding: .2rem 0; font-weight: 600; }
        .runbook code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; }
        .runbook :not(pre) > code { font-size: .9em; background: var(--card); border-radius: .25rem;
          padding: .05rem .25rem; }
        .runbook h2 { border-top: 1px solid var(--line); padding-top: .9rem; }
        .runbook li { margin: .3rem 0; } .runbook ul, .runbook ol { padding-left: 1.25rem; }
        .runbook .steps { padding-left: 1rem; } .runbook .steps li { margin: 0; }
        .runbook blockquote { margin: .5rem 0; padding-left: 1rem; border-left: .25rem solid var(--line); }
        .bar { display: grid; grid-template-columns: 9rem 1fr 8rem; gap: .75rem; align-items: center; }
        .bar svg { width: 100%; height: 1.4rem; display: block; background: var(--ground); border-radius: .25rem; }
        .bar .day, .swatch.day { fill: #6c9fd6; background: #6c9fd6; }
        .bar .night, .swatch.night { fill: #24406b; background: #24406b; }
        .swatch { display: inline-block; width: .8rem; height: .8rem; border-radius: .15rem; margin-left: .6rem; }
        .mark { color: var(--sev1); letter-spacing: .05em; }
        table.numbers td + td, table.numbers th + th { text-align: right; font-variant-numeric: tabular-nums;
          white-space: nowrap; }
        @media (max-width: 34rem) { .bar { grid-template-columns: 1fr; gap: .1rem; margin: .8rem 0; } }
        :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
        .picture { margin: .6rem 0; } .picture svg { display: block; width: 100%; height: auto; }
        .picture .narrow { display: none; }
        @media (max-width: 40rem) { .picture .wide { display: none; } .picture .narrow { display: block; } }
        svg.thin { display: block; width: 100%; height: 1.1rem; margin: .5rem 0 .2rem; border-radius: .25rem; }
        svg.swatch { width: .8rem; height: .8rem; margin-right: .3rem; vertical-align: -.05rem; }
        .ways { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .6rem 0; }
        .ways a, .ways b { padding: .5rem 0; }
        .who span { margin-right: 1rem; white-space: nowrap; }
        ul.shifts { list-style: none; margin: 0; padding: 0; }
        ul.shifts li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem;
          padding: .5rem 0; border-top: 1px solid var(--line); }
        ul.shifts li > div { flex: 1 1 16rem; } ul.shifts li > a { padding: .5rem 0; }
        .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 0 1rem; }
        label.tick { display: flex; align-items: center; padding: .4rem 0; }
        \(DutyPicture.css(.auto))
        """

    /// A bell.
    static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#b04a00" d="M16 3a2 2 0 0 1 2 2v1c4 1 \
        7 4 7 9v6l3 4H4l3-4v-6c0-5 3-8 7-9V5a2 2 0 0 1 2-2zm-4 24h8a4 4 0 0 1-8 0z"/></svg>
        """
}
