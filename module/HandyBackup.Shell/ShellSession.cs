using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using HandyBackup.Shell.Console;
using HandyBackup.Shell.Everyday;
using SystemConsole = System.Console;

namespace HandyBackup.Shell;

/// <summary>One runspace with our host, the everyday commands and the module within reach; runs scripts, commands and prompt input.</summary>
internal sealed class ShellSession : IDisposable
{
    private const string SucceededVariable = "HBShellLastCommandSucceeded";

    private readonly ShellHost _host = new();
    private readonly Runspace _runspace;
    private readonly ConsoleCancelEventHandler _onCancel;
    private PowerShell? _running;
    private bool _interrupted;

    public ShellSession()
    {
        OfferModules();
        InitialSessionState state = InitialSessionState.CreateDefault2();
        EverydayCommands.AddTo(state);
        _runspace = RunspaceFactory.CreateRunspace(_host, state);
        _runspace.Open();
        Runspace.DefaultRunspace = _runspace;
        _runspace.SessionStateProxy.Path.SetLocation(WildcardPattern.Escape(Environment.CurrentDirectory));
        _onCancel = (_, e) => e.Cancel = Interrupt();
        SystemConsole.CancelKeyPress += _onCancel;

        // As Ctrl+C does, so that the script's finally blocks run.
        _host.OutputClosed += () => Interrupt();
    }

    /// <summary>The exit code that a script asked for by <c>exit</c>, or that of a shell whose output nobody reads; null to go on.</summary>
    public int? RequestedExitCode => _host.IsOutputClosed ? ExitCodes.OutputClosed : _host.RequestedExitCode;

    /// <summary>Runs a script as <c>pwsh -File</c> does: its <c>exit</c> code is ours; an uncaught error gives 1.</summary>
    public int RunFile(string path, IReadOnlyList<string> arguments)
    {
        ScriptBlockAst script = Parser.ParseFile(path, out _, out ParseError[] errors);
        if (errors.Length > 0)
        {
            Show(new ParseException(errors).ErrorRecord);
            return ExitCodes.Failure;
        }

        // As a script block, not as a command: the engine keeps the exit code of a script command to itself.
        ScriptParameters parameters = ScriptParameters.Parse(arguments);
        bool ended = Run(
            new Command("param($Script, $Named, $Positional) . $Script @Named @Positional", isScript: true, useLocalScope: false)
            {
                Parameters = { { "Script", script.GetScriptBlock() }, { "Named", parameters.Named }, { "Positional", parameters.Positional } },
            });
        return ExitCode(ended ? ExitCodes.Success : ExitCodes.Failure);
    }

    /// <summary>Runs a command text as <c>pwsh -Command</c> does: 1 if the last command failed.</summary>
    public int RunCommand(string text)
    {
        bool ended = Run(new Command($"{text}\n$global:{SucceededVariable} = $?", isScript: true, useLocalScope: false));
        bool succeeded = ended && _runspace.SessionStateProxy.PSVariable.GetValue(SucceededVariable) is true;
        return ExitCode(succeeded ? ExitCodes.Success : ExitCodes.Failure);
    }

    /// <summary>Runs one input of the prompt and shows what it gives.</summary>
    public void RunInput(string text) => Run(new Command(text, isScript: true, useLocalScope: false));

    /// <summary>The text of the prompt, from the user's <c>prompt</c> function.</summary>
    public string GetPrompt()
    {
        using PowerShell prompt = Create();
        return prompt.AddCommand("prompt").Invoke<string>().FirstOrDefault() ?? "> ";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        SystemConsole.CancelKeyPress -= _onCancel;
        _runspace.Dispose();
    }

    // The module lies beside the shell in a package (../module), and in the build's output (artifacts/module) when run from sources.
    private static void OfferModules()
    {
        string? found = null;
        for (string? folder = AppContext.BaseDirectory; folder is not null && found is null; folder = Path.GetDirectoryName(folder))
        {
            string candidate = Path.Combine(folder, "module");
            found = File.Exists(Path.Combine(candidate, "HandyBackup", "HandyBackup.psd1")) ? candidate : null;
        }

        if (found is not null)
        {
            string? given = Environment.GetEnvironmentVariable("PSModulePath");
            Environment.SetEnvironmentVariable("PSModulePath", string.IsNullOrEmpty(given) ? found : found + Path.PathSeparator + given);
        }
    }

    private PowerShell Create()
    {
        var powerShell = PowerShell.Create();
        powerShell.Runspace = _runspace;
        return powerShell;
    }

    private bool Run(Command command)
    {
        using PowerShell powerShell = Create();
        powerShell.Commands.AddCommand(command);
        powerShell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        powerShell.AddCommand("Out-Default");
        _interrupted = false;
        _running = powerShell;
        try
        {
            powerShell.Invoke();
            return !_interrupted && powerShell.InvocationStateInfo.State == PSInvocationState.Completed;
        }
        catch (RuntimeException e)
        {
            if (!_interrupted)
            {
                Show(e.ErrorRecord);
            }

            return false;
        }
        finally
        {
            _running = null;
            _host.ProgressLine.Clear();
        }
    }

    // The engine formats the error; it would take it for ordinary output, so the host is told where it belongs.
    private void Show(ErrorRecord error)
    {
        using PowerShell powerShell = Create();
        using (_host.WriteToErrorStream())
        {
            powerShell.AddCommand("Out-Default").Invoke(new[] { error });
        }
    }

    private int ExitCode(int otherwise) =>
        RequestedExitCode ?? (_interrupted ? ExitCodes.Interrupted : otherwise);

    private bool Interrupt()
    {
        _interrupted = true;
        PowerShell? running = _running;
        running?.BeginStop(null, null);
        return running is not null;
    }
}
