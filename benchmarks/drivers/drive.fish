# Does in fish what a person does at a prompt, as often as it is told, and says when it began and ended.

# Calls what fish calls before a prompt, and the part of the prompt that a hook draws.
function bench_prompt
    emit fish_prompt
    set -l text (fish_mode_prompt)
end

# There is no clock: what starting `date` takes is measured and taken off.
while read -l what times one two
    switch $what
        case idle
            cd $one; or exit
        case move
            cd $two; or exit
    end
    bench_prompt
    echo begin (date +%s.%N)
    switch $what
        case idle
            for at in (seq $times)
                bench_prompt
            end
        case move
            for at in (seq 1 2 $times)
                cd $one; or exit
                bench_prompt
                cd $two; or exit
                bench_prompt
            end
        case visit
            for at in (seq 0 (math $times - 1))
                cd $one/$at; or exit
                bench_prompt
            end
        case tell
            echo $VIRTUAL_ENV
    end
    echo end (date +%s.%N)
end
