if ($ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') { Write-Warning 'autovenv: the hook cannot run in a constrained language; use `autovenv run`' } elseif (& {
  if ($Host.Name -eq 'Visual Studio Code Host') { return $true }
  if ($Host.Name -ne 'ConsoleHost') { return $false }
  if ([Management.Automation.Runspaces.Runspace]::DefaultRunspace.Id -ne 1) { return $false }
  $avWords = [Environment]::GetCommandLineArgs()
  $avStays = $false
  for ($avAt = 1; $avAt -lt $avWords.Length; $avAt++) {
    $avWord = $avWords[$avAt].ToLowerInvariant()
    $avSlash = $PSVersionTable.PSVersion.Major -lt 6 -and $avWord.LastIndexOf('/') -eq 0
    if (-not $avWord.StartsWith('-') -and -not $avSlash) { return $avStays }
    $avWord = $avWord.TrimStart('-', '/')
    if ($avWord.StartsWith('noe')) { $avStays = $true }
    elseif ($avWord.StartsWith('noni')) { if (-not $avStays) { return $false } }
    elseif ('c', 'f', 'e', 'ec', 'cwa' -contains $avWord) { return $avStays }
    elseif ($avWord.StartsWith('com') -or $avWord.StartsWith('fi') -or $avWord.StartsWith('en')) { return $avStays }
    elseif ($avWord.StartsWith('no') -or $avWord.StartsWith('l')) { continue }
    elseif ('i', 'mta', 'sta' -contains $avWord -or $avWord.StartsWith('int')) { continue }
    else { $avAt++ }
  }
  return $true
}) {
# it's the hook
echo "$HOME" '/opt/autovenv/bin/python', '-I', '-S', '/opt/autovenv/lib/autovenv/__main__.py'
echo 'version=1.2.3', 'state=/home/user/.local/state/autovenv', 'wrap_cd=1', 'prompt=1', 'ceiling=/home/user/work', 'silence=shadow', 'name=.venv', 'name=venv', 'marker=pyproject.toml'
}
