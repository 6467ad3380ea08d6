# What a person types. Everything else is in the scripts these call.

prefix ?= /usr/local
simulation_seconds ?= 60
fast = TOCSIN_FAST=1 swift
pure_tests = ^(Timekeeping|OnCall|Commands|EngineCore|Simulation|Tidy)Tests\.

.PHONY: run demo test test-fast check format bench install

# Serve the sample team on http://127.0.0.1:8080. PORT=… to change the port.
run:
	@deploy/packages.sh build
	@echo "Building (the first time takes a few minutes)…"
	@deploy/progress.sh swift build --product tocsin
	@deploy/run.sh

# A whole incident on this computer, in two minutes.
demo:
	@deploy/packages.sh build
	@echo "Building (the first time takes a few minutes)…"
	@deploy/progress.sh swift build --product tocsin
	@.build/debug/tocsin demo

# Everything: unit tests, scenarios, simulation, and the built program with real servers.
test:
	@deploy/packages.sh test
	@deploy/python.sh
	swift build --build-tests
	@# In parts: what fills both cores must not starve what waits for a server.
	swift test --skip-build --filter '$(pure_tests)'
	swift test --skip-build --filter '^DocumentsTests\.'
	swift test --skip-build --filter '^EngineTests\.'
	swift test --skip-build --filter '^IntegrationsTests\.'
	swift test --skip-build --skip '$(pure_tests)|^(Documents|Engine|Integrations)Tests\.|EndToEndTests'
	@# The doubles that the last part leans on are checked first, with Slack's own client.
	cd Tests/Python && ../../.venv-tests/bin/python -m unittest -q
	swift test --skip-build --filter EndToEndTests --skip KillTests
	swift test --skip-build --filter KillTests

# The pure targets, the simulation and their tests: seconds.
test-fast:
	@deploy/packages.sh build
	$(fast) build --build-tests --scratch-path .build-fast
	$(fast) test --skip-build --scratch-path .build-fast

# Formatting, warnings as errors, pure tests, and fresh seeds for a minute.
check:
	@deploy/packages.sh build
	swift format lint --strict --parallel --recursive Package.swift Sources Tests
	$(fast) build --build-tests --scratch-path .build-fast -Xswiftc -warnings-as-errors
	$(fast) test --skip-build --scratch-path .build-fast
	$(fast) build -c release --build-tests -Xswiftc -enable-testing --scratch-path .build-fast
	TOCSIN_SIM_SECONDS=$(simulation_seconds) TOCSIN_SIM_INCIDENTS=1000000 $(fast) test -c release --skip-build --scratch-path .build-fast \
		--filter WorldTests.freshSeeds

format:
	swift format --in-place --parallel --recursive Package.swift Sources Tests

# What "who is on call" costs; then ratios, side by side with Debian's Alertmanager in one run.
bench:
	@deploy/packages.sh bench
	$(fast) run -c release --scratch-path .build-fast roster-bench
	swift build -c release --product tocsin
	python3 Tests/Bench/bench.py --tocsin .build/release/tocsin

install:
	@deploy/packages.sh build
	swift build -c release --product tocsin --static-swift-stdlib
	install -D -m 755 .build/release/tocsin $(DESTDIR)$(prefix)/bin/tocsin
	install -D -m 644 deploy/sample/tocsin.yaml $(DESTDIR)$(prefix)/share/tocsin/sample/tocsin.yaml
	install -d $(DESTDIR)$(prefix)/share/tocsin/templates
	install -m 644 templates/*.mustache $(DESTDIR)$(prefix)/share/tocsin/templates/
	install -d $(DESTDIR)$(prefix)/share/tocsin/runbooks
	install -m 644 runbooks/*.md $(DESTDIR)$(prefix)/share/tocsin/runbooks/
	install -D -m 644 deploy/slack/manifest.yaml $(DESTDIR)$(prefix)/share/tocsin/slack/manifest.yaml
	install -D -m 644 deploy/tocsin.service $(DESTDIR)$(prefix)/lib/systemd/system/tocsin.service
