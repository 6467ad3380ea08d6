"""Block Kit's rules as Slack applies them: which blocks would be refused, and what Slack says about them.

Limits are those of Slack's reference (docs.slack.dev/reference/block-kit). slack_sdk's models check the rest.
"""

from __future__ import annotations

import logging
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

# slack_sdk logs what it skips. Here a skipped part becomes a problem in the answer instead.
logging.getLogger("slack_sdk.models").setLevel(logging.CRITICAL)

BLOCK_KEYS = {
    "header": {"text"},
    "section": {"text", "fields", "accessory", "expand"},
    "divider": set(),
    "context": {"elements"},
    "actions": {"elements"},
    "input": {"label", "element", "hint", "optional", "dispatch_action"},
    "markdown": {"text"},
    "image": {"image_url", "alt_text", "title", "slack_file"},
}
ELEMENT_KEYS = {
    "button": {"text", "action_id", "value", "url", "style", "confirm", "accessibility_label"},
    "overflow": {"action_id", "options", "confirm"},
    "static_select": {
        "action_id", "placeholder", "options", "option_groups", "initial_option", "confirm", "focus_on_load"
    },
}
MESSAGE_BLOCKS, MODAL_BLOCKS = 50, 100


class BlockCheck:
    """Walks blocks once and collects every problem, worded like Slack's `response_metadata.messages`."""

    def __init__(self, blocks: Any, most: int = MESSAGE_BLOCKS, root: str = "/blocks") -> None:
        self.problems: list[str] = []
        if not isinstance(blocks, list):
            self._object("expected an array", root)
            return
        if len(blocks) > most:
            self._object(f"no more than {most} items allowed", root)
        block_ids: set[str] = set()
        for index, block in enumerate(blocks):
            self._block(block, f"{root}/{index}", block_ids)

    def _object(self, what: str, where: str) -> None:
        self.problems.append(f"[ERROR] {what} [json-pointer:{where}]")

    def _keys(self, thing: dict, allowed: set[str], where: str) -> None:
        for key in sorted(set(thing) - allowed - {"type"}):
            self._object(f"invalid additional property: {key}", where)

    def _string(self, value: Any, most: int, where: str, least: int = 1) -> None:
        if not isinstance(value, str):
            self._object("expected a string", where)
        elif len(value) > most:
            self._object(f"must be less than {most + 1} characters", where)
        elif len(value) < least:
            self._object(f"must be more than {least - 1} characters", where)

    def _text(self, value: Any, most: int, where: str, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> None:
        if not isinstance(value, dict) or value.get("type") not in kinds:
            self._object(f"expected a text object of type {' or '.join(kinds)}", where)
            return
        self._keys(value, {"text", "emoji" if value["type"] == "plain_text" else "verbatim"}, where)
        self._string(value.get("text"), most, f"{where}/text")

    def _block(self, block: Any, where: str, block_ids: set[str]) -> None:
        if not isinstance(block, dict) or not isinstance(block.get("type"), str):
            self._object("expected a block with a type", where)
            return
        kind = block["type"]
        if "block_id" in block:
            self._string(block["block_id"], 255, f"{where}/block_id")
            if block["block_id"] in block_ids:
                self._object(f'block_id "{block["block_id"]}" already exists', f"{where}/block_id")
            block_ids.add(str(block["block_id"]))
        if kind in BLOCK_KEYS:
            self._keys(block, BLOCK_KEYS[kind] | {"block_id"}, where)
            getattr(self, f"_{kind}")(block, where)
        if not self.problems:
            self._ask_slack_sdk(block, where)

    def _ask_slack_sdk(self, block: dict, where: str) -> None:
        try:
            parsed = Block.parse(block)
            if parsed is None:
                self._object(f"unsupported type: {block['type']}", where)
            else:
                parsed.to_dict()
        except (SlackObjectFormationError, TypeError, AttributeError, KeyError) as refusal:
            self._object(str(refusal), where)

    def _header(self, block: dict, where: str) -> None:
        self._text(block.get("text"), 150, f"{where}/text", ("plain_text",))

    def _section(self, block: dict, where: str) -> None:
        if "text" not in block and "fields" not in block:
            self._object("missing required field: text", where)
        if "text" in block:
            self._text(block["text"], 3000, f"{where}/text")
        if "fields" in block:
            for index, field in enumerate(self._list(block["fields"], 10, f"{where}/fields")):
                self._text(field, 2000, f"{where}/fields/{index}")
        if "accessory" in block:
            self._element(block["accessory"], f"{where}/accessory", set())

    def _divider(self, block: dict, where: str) -> None:
        pass

    def _context(self, block: dict, where: str) -> None:
        for index, element in enumerate(self._list(block.get("elements"), 10, f"{where}/elements")):
            if not (isinstance(element, dict) and element.get("type") == "image"):
                self._text(element, 3000, f"{where}/elements/{index}")

    def _actions(self, block: dict, where: str) -> None:
        action_ids: set[str] = set()
        for index, element in enumerate(self._list(block.get("elements"), 25, f"{where}/elements")):
            self._element(element, f"{where}/elements/{index}", action_ids)

    def _input(self, block: dict, where: str) -> None:
        self._text(block.get("label"), 2000, f"{where}/label", ("plain_text",))
        self._element(block.get("element"), f"{where}/element", set())

    def _markdown(self, block: dict, where: str) -> None:
        self._string(block.get("text"), 12000, f"{where}/text")

    def _image(self, block: dict, where: str) -> None:
        self._string(block.get("alt_text"), 2000, f"{where}/alt_text")
        if "slack_file" not in block:
            self._string(block.get("image_url"), 3000, f"{where}/image_url")

    def _list(self, value: Any, most: int, where: str) -> list:
        if not isinstance(value, list) or not value:
            self._object("must provide an array with at least 1 item", where)
            return []
        if len(value) > most:
            self._object(f"no more than {most} items allowed", where)
        return value

    def _element(self, element: Any, where: str, action_ids: set[str]) -> None:
        if not isinstance(element, dict) or not isinstance(element.get("type"), str):
            self._object("expected an element with a type", where)
            return
        kind = element["type"]
        if kind in ELEMENT_KEYS:
            self._keys(element, ELEMENT_KEYS[kind], where)
        if "action_id" in element:
            self._string(element["action_id"], 255, f"{where}/action_id")
            if element["action_id"] in action_ids:
                self._object(f'action_id "{element["action_id"]}" already exists', f"{where}/action_id")
            action_ids.add(str(element["action_id"]))
        if kind == "button":
            self._text(element.get("text"), 75, f"{where}/text", ("plain_text",))
            for key, most in (("value", 2000), ("url", 3000)):
                if key in element:
                    self._string(element[key], most, f"{where}/{key}")
            if element.get("style", "primary") not in ("primary", "danger"):
                self._object("must be one of: primary, danger", f"{where}/style")
        if kind in ("static_select", "overflow"):
            most = 5 if kind == "overflow" else 100
            if "options" in element or "option_groups" not in element:
                for index, option in enumerate(self._list(element.get("options"), most, f"{where}/options")):
                    self._option(option, f"{where}/options/{index}")
        if "confirm" in element:
            self._confirm(element["confirm"], f"{where}/confirm")

    def _option(self, option: Any, where: str) -> None:
        if not isinstance(option, dict):
            self._object("expected an option", where)
            return
        self._text(option.get("text"), 75, f"{where}/text")
        self._string(option.get("value"), 150, f"{where}/value")

    def _confirm(self, confirm: Any, where: str) -> None:
        if not isinstance(confirm, dict):
            self._object("expected a confirmation dialog", where)
            return
        self._keys(confirm, {"title", "text", "confirm", "deny", "style"}, where)
        for key, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
            kinds = ("plain_text", "mrkdwn") if key == "text" else ("plain_text",)
            self._text(confirm.get(key), most, f"{where}/{key}", kinds)


def blocks_problems(blocks: Any) -> list[str]:
    """Why Slack would refuse these blocks of a message. Empty when it would take them."""
    return BlockCheck(blocks).problems


def view_problems(view: Any) -> list[str]:
    """Why `views.open` would refuse this view. Empty when it would take it."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return ["[ERROR] unsupported type [json-pointer:/view/type]"]
    check = BlockCheck(view.get("blocks"), MODAL_BLOCKS, "/view/blocks")
    for key in ("title", "submit", "close"):
        if key in view or key == "title":
            check._text(view.get(key), 24, f"/view/{key}", ("plain_text",))
    for key, most in (("private_metadata", 3000), ("callback_id", 255)):
        if key in view:
            check._string(view[key], most, f"/view/{key}", least=0)
    kinds = [block.get("type") for block in view.get("blocks") or [] if isinstance(block, dict)]
    if "input" in kinds and "submit" not in view:
        check._object("missing required field: submit", "/view")
    return check.problems


def interactive_elements(blocks: list[dict]) -> list[tuple[dict, dict]]:
    """Every (block, element) that a person could press or choose from."""
    found = []
    for block in blocks:
        elements = block.get("elements", []) if block["type"] == "actions" else []
        elements = elements + [block["accessory"]] if "accessory" in block else elements
        found += [(block, element) for element in elements if element.get("type") in ELEMENT_KEYS]
    return found
