namespace HandyBackup.Shell;

/// <summary>What the shell was started for.</summary>
internal enum ShellMode
{
    /// <summary>A prompt.</summary>
    Prompt,

    /// <summary>One script file with its arguments.</summary>
    File,

    /// <summary>One command text.</summary>
    Command,

    /// <summary>Showing how it is used.</summary>
    Help,
}
