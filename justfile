# Tasks by name, for https://just.systems (`cargo install just`). Each is a plain command or two that work
# without just as well; `just` alone lists them. What must hold before a change lands is .ci/run.

_list:
    @{{just_executable()}} --list --unsorted

# Format and lints, as .ci/run demands them
check:
    cargo fmt --check
    cargo clippy --all-targets --locked -- -D warnings

# The tests that end within a minute once they are built (needs cargo-nextest)
fast *args:
    cargo nextest run --locked --profile fast {{args}}

# All tests, by what is installed: `just test foreign::` runs those of that name
test *args:
    cargo test --locked {{args}}

# The documentation of the code, without a warning
docs:
    RUSTDOCFLAGS='-D warnings' cargo doc --no-deps --locked

# Write schemas/*.schema.json anew from the types
schemas:
    ASSIZE_UPDATE_SCHEMAS=1 cargo test --locked --test suite_schema --test reports schema

# Accept what the reports say now as their snapshots; then read `git diff tests`
golden:
    INSTA_UPDATE=always cargo test --locked --test reports

# Throw bytes of all kinds at what reads foreign bytes, so many seconds a target
fuzz seconds='5' *targets:
    fuzz/run.sh {{seconds}} {{targets}}

# The one static file that is published, for this machine's architecture
dist:
    cargo build --locked --config .cargo/static.toml --profile=dist --target "$(rustc -vV | sed -n 's/^host: //p')"

# Measure a load beside wrk, oha and k6; docs/benchmarks.md says how to read it
bench:
    cargo build --release --locked
    bench/peers.sh oha k6
    bench/load.py
