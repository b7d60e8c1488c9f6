# Two commands: `make demo` and `make test`. Both install what is missing, say so, and are quick the second time.
SHELL := /bin/bash
JOBS ?= $(shell nproc)
BINARY := build/release/wildrydes
export PATH := $(CURDIR)/build/venv/bin:$(PATH)

.PHONY: demo test test-long build third-party program setup setup-test clean format help

help:            ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

setup:
	@tools/setup build
setup-test:
	@tools/setup test

build: setup     ## the program, at build/release/wildrydes
	@tools/build_web
	@$(MAKE) --no-print-directory -j 2 third-party program
third-party:
	@tools/fetch_third_party
program:
	@cmake --preset release >build/cmake-release.log || { cat build/cmake-release.log; exit 1; }
	@ninja -C build/release -j $(JOBS) wildrydes

demo: build      ## the whole pipeline with a fleet of 25, in your browser
	@$(BINARY) up --demo

test: setup-test build ## every test, half an hour on two recent cores with the build
	@tools/run_tests

test-long: setup-test build ## crash, power cut and fuzz tests at full count: hours
	@tools/run_tests --long

format:          ## clang-format over everything
	@git ls-files 'src/*.h' 'src/*.cc' 'tests/*.cc' | xargs clang-format-14 -i

clean:
	rm -rf build web/dist web/node_modules
