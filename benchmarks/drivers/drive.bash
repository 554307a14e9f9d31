# Does in bash what a person does at a prompt, as often as it is told, and says when it began and ended.
# shellcheck shell=bash

# Calls what bash calls before a prompt; below 5.1 that is the first element only.
bench_prompt() {
    local command
    for command in "${PROMPT_COMMAND[@]}"; do
        eval "$command"
        ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)) || break
    done
}

# Below 5.0 there is no clock: what starting `date` takes is measured and taken off.
while read -r bench_what bench_count bench_one bench_two; do
    case $bench_what in
        idle) cd "$bench_one" || exit ;;
        move) cd "$bench_two" || exit ;;
    esac
    bench_prompt
    echo "begin ${EPOCHREALTIME-$(date +%s.%N)}"
    case $bench_what in
        idle) for ((bench_at = 0; bench_at < bench_count; bench_at++)); do bench_prompt; done ;;
        move)
            for ((bench_at = 0; bench_at < bench_count; bench_at += 2)); do
                cd "$bench_one" || exit
                bench_prompt
                cd "$bench_two" || exit
                bench_prompt
            done
            ;;
        visit)
            for ((bench_at = 0; bench_at < bench_count; bench_at++)); do
                cd "$bench_one/$bench_at" || exit
                bench_prompt
            done
            ;;
        tell) echo "$VIRTUAL_ENV" ;;
    esac
    echo "end ${EPOCHREALTIME-$(date +%s.%N)}"
done
