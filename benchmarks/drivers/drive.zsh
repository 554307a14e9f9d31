# Does in zsh what a person does at a prompt, as often as it is told, and says when it began and ended.

zmodload zsh/datetime

while read -r bench_what bench_count bench_one bench_two; do
  case $bench_what in
    idle) cd $bench_one || exit ;;
    move) cd $bench_two || exit ;;
  esac
  for bench_hook in $precmd_functions; do $bench_hook; done
  print begin $EPOCHREALTIME
  case $bench_what in
    idle)
      for ((bench_at = 0; bench_at < bench_count; bench_at++)); do
        for bench_hook in $precmd_functions; do $bench_hook; done
      done
      ;;
    move)
      for ((bench_at = 0; bench_at < bench_count; bench_at += 2)); do
        cd $bench_one || exit
        for bench_hook in $precmd_functions; do $bench_hook; done
        cd $bench_two || exit
        for bench_hook in $precmd_functions; do $bench_hook; done
      done
      ;;
    visit)
      for ((bench_at = 0; bench_at < bench_count; bench_at++)); do
        cd $bench_one/$bench_at || exit
        for bench_hook in $precmd_functions; do $bench_hook; done
      done
      ;;
    tell) print -r -- "$VIRTUAL_ENV" ;;
  esac
  print end $EPOCHREALTIME
done
