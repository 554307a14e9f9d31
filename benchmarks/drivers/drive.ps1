# Does in PowerShell what a person does at a prompt, as often as it is told, and says when it began and ended.

$clock = [Diagnostics.Stopwatch]::StartNew()

while ($null -ne ($line = [Console]::In.ReadLine())) {
  $what, $times, $one, $two = $line.Split(' ')
  switch ($what) {
    'idle' { Set-Location -LiteralPath $one }
    'move' { Set-Location -LiteralPath $two }
  }
  $null = prompt
  [Console]::Out.WriteLine("begin $($clock.Elapsed.TotalSeconds.ToString([cultureinfo]::InvariantCulture))")
  switch ($what) {
    'idle' { for ($at = 0; $at -lt $times; $at++) { $null = prompt } }
    'move' {
      for ($at = 0; $at -lt $times; $at += 2) {
        Set-Location -LiteralPath $one
        $null = prompt
        Set-Location -LiteralPath $two
        $null = prompt
      }
    }
    'visit' {
      for ($at = 0; $at -lt $times; $at++) {
        Set-Location -LiteralPath "$one/$at"
        $null = prompt
      }
    }
    'tell' { [Console]::Out.WriteLine($env:VIRTUAL_ENV) }
  }
  [Console]::Out.WriteLine("end $($clock.Elapsed.TotalSeconds.ToString([cultureinfo]::InvariantCulture))")
}
exit
