@{
    # A hook lives in its user's session: functions and state are global there by nature.
    ExcludeRules = @('PSAvoidGlobalFunctions', 'PSAvoidGlobalVars')
    Severity = @('Error', 'Warning')
}
