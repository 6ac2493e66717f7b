using namespace System.Management.Automation
using namespace System.Management.Automation.Host

# A host that remembers what it was told and answers questions from a list, as a person would; Invoke-AtPrompt in World.ps1 uses it.
# Without NoRunspaceAffinity its methods would wait for the runspace that they were defined in, which waits for them.

[NoRunspaceAffinity()]
class TestHostRawInterface : PSHostRawUserInterface {
    [int] $Width = 160
    [ConsoleColor] get_BackgroundColor() { return 'Black' }
    [void] set_BackgroundColor([ConsoleColor] $value) { }
    [ConsoleColor] get_ForegroundColor() { return 'Gray' }
    [void] set_ForegroundColor([ConsoleColor] $value) { }
    [Size] get_BufferSize() { return [Size]::new($this.Width, 1000) }
    [void] set_BufferSize([Size] $value) { }
    [Size] get_WindowSize() { return [Size]::new($this.Width, 50) }
    [void] set_WindowSize([Size] $value) { }
    [Size] get_MaxWindowSize() { return [Size]::new($this.Width, 50) }
    [Size] get_MaxPhysicalWindowSize() { return [Size]::new($this.Width, 50) }
    [Coordinates] get_CursorPosition() { return [Coordinates]::new(0, 0) }
    [void] set_CursorPosition([Coordinates] $value) { }
    [Coordinates] get_WindowPosition() { return [Coordinates]::new(0, 0) }
    [void] set_WindowPosition([Coordinates] $value) { }
    [int] get_CursorSize() { return 1 }
    [void] set_CursorSize([int] $value) { }
    [string] get_WindowTitle() { return '' }
    [void] set_WindowTitle([string] $value) { }
    [bool] get_KeyAvailable() { return $false }
    [void] FlushInputBuffer() { }
    [KeyInfo] ReadKey([ReadKeyOptions] $options) { throw 'There is no keyboard.' }
    [BufferCell[,]] GetBufferContents([Rectangle] $rectangle) { throw 'There is no screen.' }
    [void] ScrollBufferContents([Rectangle] $source, [Coordinates] $destination, [Rectangle] $clip, [BufferCell] $fill) { }
    [void] SetBufferContents([Coordinates] $origin, [BufferCell[,]] $contents) { }
    [void] SetBufferContents([Rectangle] $rectangle, [BufferCell] $fill) { }
}

[NoRunspaceAffinity()]
class TestHostInterface : PSHostUserInterface {
    [System.Text.StringBuilder] $Text = [System.Text.StringBuilder]::new()
    [System.Collections.Generic.Queue[object]] $Answer = [System.Collections.Generic.Queue[object]]::new()
    [System.Collections.Generic.List[string]] $Question = [System.Collections.Generic.List[string]]::new()
    [bool] $IsInteractive = $true
    [TestHostRawInterface] $Raw = [TestHostRawInterface]::new()

    [void] Forget([bool] $isInteractive, [object[]] $answers) {
        $null = $this.Text.Clear()
        $this.Question.Clear()
        $this.Answer.Clear()
        foreach ($one in $answers) { $this.Answer.Enqueue($one) }
        $this.IsInteractive = $isInteractive
    }

    [PSHostRawUserInterface] get_RawUI() { return $this.Raw }
    [bool] get_SupportsVirtualTerminal() { return $false }
    [void] Write([string] $value) { $null = $this.Text.Append($value) }
    [void] Write([ConsoleColor] $foregroundColor, [ConsoleColor] $backgroundColor, [string] $value) { $null = $this.Text.Append($value) }
    [void] WriteLine([string] $value) { $null = $this.Text.Append("$value`n") }
    [void] WriteErrorLine([string] $value) { $this.WriteLine("ERROR: $value") }
    [void] WriteDebugLine([string] $message) { $this.WriteLine("DEBUG: $message") }
    [void] WriteVerboseLine([string] $message) { $this.WriteLine("VERBOSE: $message") }
    [void] WriteWarningLine([string] $message) { $this.WriteLine("WARNING: $message") }
    [void] WriteProgress([long] $sourceId, [ProgressRecord] $record) { }

    [object] Ask([string] $question) {
        $this.Question.Add($question)
        if (-not $this.IsInteractive) { throw [HostException]::new('The host of this test is not interactive.') }
        if ($this.Answer.Count -eq 0) { throw "The test gave no answer to: $question" }
        return $this.Answer.Dequeue()
    }
    [string] ReadLine() { return $this.Ask('') }
    [securestring] ReadLineAsSecureString() { return $this.Ask('') }
    [int] PromptForChoice([string] $caption, [string] $message, [System.Collections.ObjectModel.Collection[ChoiceDescription]] $choices,
        [int] $defaultChoice) {
        $given = $this.Ask("$caption`n$message")
        for ($i = 0; $i -lt $choices.Count; $i++) { if ($choices[$i].Label.Replace('&', '') -eq $given) { return $i } }
        throw "'$given' is none of the choices."
    }
    [System.Collections.Generic.Dictionary[string, psobject]] Prompt([string] $caption, [string] $message,
        [System.Collections.ObjectModel.Collection[FieldDescription]] $descriptions) {
        $answers = [System.Collections.Generic.Dictionary[string, psobject]]::new()
        foreach ($field in $descriptions) { $answers[$field.Name] = $this.Ask($field.Name) }
        return $answers
    }
    [pscredential] PromptForCredential([string] $caption, [string] $message, [string] $userName, [string] $targetName) {
        return $this.Ask($message)
    }
    [pscredential] PromptForCredential([string] $caption, [string] $message, [string] $userName, [string] $targetName,
        [PSCredentialTypes] $allowedCredentialTypes, [PSCredentialUIOptions] $options) { return $this.Ask($message) }
}

[NoRunspaceAffinity()]
class TestHost : PSHost {
    [TestHostInterface] $Interface = [TestHostInterface]::new()
    [guid] $Id = [guid]::NewGuid()

    [string] get_Name() { return 'AmlVnet test host' }
    [version] get_Version() { return [version]::new(1, 0) }
    [guid] get_InstanceId() { return $this.Id }
    [PSHostUserInterface] get_UI() { return $this.Interface }
    [cultureinfo] get_CurrentCulture() { return [cultureinfo]::InvariantCulture }
    [cultureinfo] get_CurrentUICulture() { return [cultureinfo]::GetCultureInfo('en-US') }
    [void] EnterNestedPrompt() { throw 'There is no nested prompt.' }
    [void] ExitNestedPrompt() { }
    [void] NotifyBeginApplication() { }
    [void] NotifyEndApplication() { }
    [void] SetShouldExit([int] $exitCode) { }
}
