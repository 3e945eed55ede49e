using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace HandyBackup.EndToEnd.Tests.Hosting;

/// <summary>A folder, the real server in it as a process of its own, and a runspace with the assembled module connected to it.</summary>
internal sealed class ProductSession : IAsyncDisposable
{
    private readonly Runspace _runspace;

    private ProductSession()
    {
        var state = InitialSessionState.CreateDefault2();
        state.ThrowOnRunspaceOpenError = true;
        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
        _runspace.SessionStateProxy.Path.SetLocation(Folder);
        File.WriteAllText(PasswordFile, Password + "\n");
    }

    /// <summary>The password of every repository of the session.</summary>
    public static string Password => "a good password, with spaces and an ü";

    /// <summary>Everything of the session lies here; it is also the current location.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("hb-e2e-").FullName;

    /// <summary>The server's data path.</summary>
    public string DataPath => In("hb");

    /// <summary>Where <see cref="CreateRepositoryAsync"/> puts the repository.</summary>
    public string RepositoryPath => In("repo");

    /// <summary>A file with <see cref="Password"/>.</summary>
    public string PasswordFile => In("pw");

    /// <summary>A path in the session's folder.</summary>
    public string In(string name) => Path.Combine(Folder, name);

    /// <summary>A session without a server.</summary>
    public static async Task<ProductSession> OpenAsync()
    {
        var session = new ProductSession();
        await session.OutputAsync($"Import-Module '{BuiltProduct.Manifest}'");
        return session;
    }

    /// <summary>A session connected to a server.</summary>
    public static async Task<ProductSession> StartAsync()
    {
        ProductSession session = await OpenAsync();
        await session.StartServerAsync();
        return session;
    }

    /// <summary>A session with a server and the empty repository <c>main</c>.</summary>
    public static async Task<ProductSession> StartWithRepositoryAsync()
    {
        ProductSession session = await StartAsync();
        await session.CreateRepositoryAsync();
        return session;
    }

    /// <summary>Starts a server and connects to it.</summary>
    public async Task StartServerAsync() =>
        await OutputAsync("Start-HBServer -Standalone -DataPath ./hb; Connect-HBServer -DataPath ./hb | Out-Null");

    /// <summary>Makes a repository, <c>main</c> if not told otherwise.</summary>
    public async Task CreateRepositoryAsync(string name = "main", string folder = "repo", int formatVersion = 2)
    {
        await CheapRepository.CreateAsync(In(folder), formatVersion);
        await OutputAsync($"Import-HBRepository -Name {name} -Path ./{folder} -PasswordFile ./pw");
    }

    /// <summary>Makes a task for one folder.</summary>
    public async Task CreateTaskAsync(string name, string folder, string parameters = "", string repository = "main") =>
        await OutputAsync($"New-HBTask -Name {name} -Source Files -Path '{folder}' -Repository {repository} {parameters}");

    /// <summary>Runs a task to its end, which must be complete success.</summary>
    public async Task<PSObject> BackUpAsync(string task)
    {
        PSObject run = await SingleAsync($"Start-HBTask {task} -Wait");
        Assert.True(run.Text("State") == "Completed", $"{run.Text("State")}: {await LogAsync(run)}");
        return run;
    }

    /// <summary>Restores the newest snapshot of a task to a folder; complete success is required.</summary>
    public async Task RestoreAsync(string task, string destination)
    {
        PSObject run = await SingleAsync($"Get-HBSnapshot -Task {task} -Latest | Restore-HBItem -Destination '{destination}' -Wait");
        Assert.True(run.Text("State") == "Completed", $"{run.Text("State")}: {await LogAsync(run)}");
    }

    /// <summary>Checks a repository with all its data; it must be sound.</summary>
    public async Task CheckAsync(string repository = "main") =>
        Assert.Equal("Sound", (await SingleAsync($"Test-HBRepository {repository} -ReadData")).Text("State"));

    /// <summary>Kills the server without any warning.</summary>
    public async Task KillServerAsync()
    {
        using var server = Process.GetProcessById(await ServerProcessIdAsync());
        server.Kill();
        await server.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The server's process.</summary>
    public async Task<int> ServerProcessIdAsync() => (int)(await SingleAsync("Get-HBServer")).Number("ProcessId");

    /// <summary>Runs a script to its end.</summary>
    public async Task<ScriptResult> RunAsync(string script)
    {
        using PowerShell shell = PowerShell.Create(_runspace);
        shell.AddScript(script);
        var errors = new List<ErrorRecord>();
        IReadOnlyList<PSObject> output = [];
        CancellationToken token = TestContext.Current.CancellationToken;
        using CancellationTokenRegistration registration = token.Register(() => shell.BeginStop(null, null));
        try
        {
            output = [.. await shell.InvokeAsync().WaitAsync(token)];
        }
        catch (PipelineStoppedException)
        {
            token.ThrowIfCancellationRequested();
            throw;
        }
        catch (RuntimeException exception)
        {
            errors.Add(exception.ErrorRecord);
        }

        errors.AddRange(shell.Streams.Error);
        return new ScriptResult(output, errors);
    }

    /// <summary>Runs a script, and stops it as Ctrl+C does as soon as a condition is met.</summary>
    public async Task StopScriptAsync(string script, Func<ProgressRecord, bool> when)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using PowerShell shell = PowerShell.Create(_runspace);
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        shell.Streams.Progress.DataAdded += (sender, added) =>
        {
            if (when(((PSDataCollection<ProgressRecord>)sender!)[added.Index]))
            {
                met.TrySetResult();
            }
        };
        Task<PSDataCollection<PSObject>> running = shell.AddScript(script).InvokeAsync();
        await Task.WhenAny(met.Task, running).WaitAsync(token);
        Assert.False(running.IsCompleted, "The script ended before it could be stopped.");
        await shell.StopAsync(null, null).WaitAsync(token);
        await Assert.ThrowsAsync<PipelineStoppedException>(() => running.WaitAsync(token));
    }

    /// <summary>What a script outputs; it must write no error.</summary>
    public async Task<IReadOnlyList<PSObject>> OutputAsync(string script)
    {
        ScriptResult result = await RunAsync(script);
        Assert.True(result.Errors.Count == 0, $"{script}: {string.Join(Environment.NewLine, result.Errors.Select(Describe))}");
        return result.Output;
    }

    /// <summary>The only object that a script outputs; it must write no error.</summary>
    public async Task<PSObject> SingleAsync(string script) => Assert.Single(await OutputAsync(script));

    /// <summary>The first error of a script, which must have this code and name this thing.</summary>
    public async Task<ErrorRecord> ErrorAsync(string code, string target, string script)
    {
        ScriptResult result = await RunAsync(script);
        Assert.True(result.Errors.Count > 0, $"{script} wrote no error.");
        ErrorRecord error = result.Errors[0];
        Assert.True(result.ErrorIds.First() == code, $"{script}: expected {code}, and was {Describe(error)}");
        Assert.Contains(target, Convert.ToString(error.TargetObject, CultureInfo.InvariantCulture) ?? "", StringComparison.Ordinal);
        return error;
    }

    /// <summary>The log of a run as text.</summary>
    public async Task<string> LogAsync(PSObject run) => string.Join(
        Environment.NewLine,
        (await OutputAsync($"Get-HBRunLog {run.Text("RunId")}")).Select(line => $"{line.Text("Level")} {line.Text("ErrorId")} {line.Text("Path")} {line.Text("Message")}"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Also after a test that was cancelled, so the test's own token cannot be used, and a server that does not obey is killed.
        using (PowerShell shell = PowerShell.Create(_runspace))
        {
            int? process = shell.AddScript("(Get-HBServer -ErrorAction Ignore).ProcessId; Stop-HBServer -Force -ErrorAction Ignore")
                .InvokeAsync().WaitAsync(TimeSpan.FromSeconds(30)) is { } stopping && await StoppedAsync(stopping) is { } id ? id : null;
            KillIfAlive(process);
        }

        _runspace.Dispose();
        SystemProgram.DeleteTree(Folder);
    }

    private static async Task<int?> StoppedAsync(Task<PSDataCollection<PSObject>> stopping)
    {
        try
        {
            return (await stopping).FirstOrDefault()?.BaseObject as int?;
        }
        catch (Exception exception) when (exception is RuntimeException or TimeoutException)
        {
            return null;
        }
    }

    private static void KillIfAlive(int? processId)
    {
        if (processId is not { } id)
        {
            return;
        }

        try
        {
            using var server = Process.GetProcessById(id);
            server.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended, as it should.
        }
    }

    private static string Describe(ErrorRecord error) => $"{error.FullyQualifiedErrorId} [{error.TargetObject}] {error} {error.Exception?.InnerException}";
}
