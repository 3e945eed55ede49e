using System.Globalization;
using System.Management.Automation.Host;
using System.Reflection;

namespace HandyBackup.Shell.Console;

/// <summary>What the engine sees of the program that hosts it.</summary>
internal sealed class ShellHost : PSHost
{
    private readonly ShellUserInterface _ui;

    public ShellHost()
    {
        ProgressLine = new ProgressLine();
        _ui = new ShellUserInterface(ProgressLine);
    }

    /// <summary>The line that shows progress.</summary>
    public ProgressLine ProgressLine { get; }

    /// <summary>The exit code that a script asked for; null if none did.</summary>
    public int? RequestedExitCode { get; private set; }

    /// <summary>Is called once, when nobody reads the output any more.</summary>
    public event Action OutputClosed
    {
        add => _ui.OutputClosed += value;
        remove => _ui.OutputClosed -= value;
    }

    /// <summary>True once nobody reads the output any more.</summary>
    public bool IsOutputClosed => _ui.IsOutputClosed;

    /// <summary>Sends all output to standard error until the result is disposed.</summary>
    public IDisposable WriteToErrorStream() => _ui.WriteToErrorStream();

    /// <inheritdoc/>
    public override string Name => "HandyBackup.Shell";

    /// <inheritdoc/>
    public override Version Version => Assembly.GetExecutingAssembly().GetName().Version ?? new Version(0, 0);

    /// <inheritdoc/>
    public override Guid InstanceId { get; } = Guid.NewGuid();

    /// <inheritdoc/>
    public override PSHostUserInterface UI => _ui;

    /// <inheritdoc/>
    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    /// <inheritdoc/>
    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    /// <inheritdoc/>
    public override void SetShouldExit(int exitCode) => RequestedExitCode = exitCode;

    /// <inheritdoc/>
    public override void EnterNestedPrompt() => throw new NotSupportedException("This shell has no nested prompts.");

    /// <inheritdoc/>
    public override void ExitNestedPrompt() => throw new NotSupportedException("This shell has no nested prompts.");

    /// <inheritdoc/>
    public override void NotifyBeginApplication() => ProgressLine.Clear();

    /// <inheritdoc/>
    public override void NotifyEndApplication()
    {
        // Programs leave the terminal as they found it; nothing to restore.
    }
}
