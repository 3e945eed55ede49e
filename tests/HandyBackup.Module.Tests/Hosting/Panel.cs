using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Text.RegularExpressions;

namespace HandyBackup.Module.Tests.Hosting;

/// <summary>A runspace with the assembled module, and a fake server beside it.</summary>
internal sealed partial class Panel : IAsyncDisposable
{
    private Panel() => Runspace = RunspaceFactory.CreateRunspace(Host, CreateState());

    public FakeServer Server { get; } = new();

    public RecordingHost Host { get; } = new();

    public RecordingUI UI => Host.Recorded;

    public Runspace Runspace { get; }

    /// <summary>A runspace with the module imported, connected to the server or not.</summary>
    public static async Task<Panel> OpenAsync(bool connect = true)
    {
        var panel = new Panel();
        panel.Runspace.Open();
        PanelResult imported = await panel.RunAsync($"Import-Module '{ModuleFolder.Manifest}'");
        Assert.Empty(imported.Errors);
        if (connect)
        {
            await panel.OutputAsync($"Connect-HBServer -DataPath '{panel.Server.DataPath}'");
        }

        return panel;
    }

    /// <summary>Runs a script to its end.</summary>
    public async Task<PanelResult> RunAsync(string script)
    {
        using PowerShell shell = PowerShell.Create(Runspace);
        shell.AddScript(script);
        return await CompleteAsync(shell, shell.InvokeAsync());
    }

    /// <summary>What a script outputs; it must write no error.</summary>
    public async Task<IReadOnlyList<PSObject>> OutputAsync(string script)
    {
        PanelResult result = await RunAsync(script);
        Assert.Empty(result.Errors);
        return result.Output;
    }

    /// <summary>The error of a script; it must write exactly one.</summary>
    public async Task<ErrorRecord> ErrorAsync(string script) => Assert.Single((await RunAsync(script)).Errors);

    /// <summary>What the user sees, on 80 columns, without colours.</summary>
    public async Task<string> ShowAsync(string script)
    {
        int before = UI.Text.Length;
        using PowerShell shell = PowerShell.Create(Runspace);
        shell.AddScript(script).AddCommand("Out-Default");
        PanelResult result = await CompleteAsync(shell, shell.InvokeAsync());
        Assert.Empty(result.Errors);
        return Styles().Replace(UI.Text[before..], "");
    }

    /// <summary>Runs a script, stops it as Ctrl+C does when the server says so, and waits until it has ended.</summary>
    public async Task StopAsync(string script, Task when)
    {
        using PowerShell shell = PowerShell.Create(Runspace);
        Task<PSDataCollection<PSObject>> running = shell.AddScript(script).InvokeAsync();
        await when.WaitAsync(TestTimeout.Token);
        await shell.StopAsync(null, null).WaitAsync(TestTimeout.Token);
        await Assert.ThrowsAsync<PipelineStoppedException>(() => running.WaitAsync(TestTimeout.Token));
    }

    public async ValueTask DisposeAsync()
    {
        Runspace.Dispose();
        await Server.DisposeAsync();
    }

    [GeneratedRegex("\\x1b\\[[0-9;]*m")]
    private static partial Regex Styles();

    private static InitialSessionState CreateState()
    {
        var state = InitialSessionState.CreateDefault2();
        state.ThrowOnRunspaceOpenError = true;
        return state;
    }

    private static async Task<PanelResult> CompleteAsync(PowerShell shell, Task<PSDataCollection<PSObject>> running)
    {
        IReadOnlyList<PSObject> output = [];
        var errors = new List<ErrorRecord>();
        try
        {
            output = [.. await running.WaitAsync(TestTimeout.Token)];
        }
        catch (RuntimeException exception)
        {
            errors.Add(exception.ErrorRecord);
        }

        errors.AddRange(shell.Streams.Error);
        return new PanelResult(output, errors, [.. shell.Streams.Warning.Select(warning => warning.Message)], [.. shell.Streams.Progress], [.. shell.Streams.Information.Select(line => line.ToString())]);
    }
}

/// <summary>What a script did.</summary>
internal sealed record PanelResult(
    IReadOnlyList<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<ProgressRecord> Progress,
    IReadOnlyList<string> Information);
