using System.Diagnostics;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using HandyBackup.EndToEnd.Tests.Fleet.Kit;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Restic;
using HandyBackup.EndToEnd.Tests.Trees;

namespace HandyBackup.EndToEnd.Tests.Recovery;

/// <summary>A server that is lost with its data path, and brought back from one file, while its agents go on looking for it. Real processes, real TLS.</summary>
public sealed class RestoredServerTests : IAsyncLifetime
{
    private const string UserPassword = "twelve letters at least";

    private readonly int _port = FreePort();
    private ProductSession _session = null!;

    public async ValueTask InitializeAsync()
    {
        _session = await ProductSession.OpenAsync();
        Environment.SetEnvironmentVariable("XDG_CONFIG_HOME", _session.In("settings"));
        await _session.OutputAsync($$"""
            Start-HBServer -DataPath ./hb -Listen 127.0.0.1:{{_port}}
            $null = Connect-HBServer -DataPath ./hb
            function Secure([string] $Text) { $secret = [securestring]::new(); foreach ($c in $Text.ToCharArray()) { $secret.AppendChar($c) }; $secret }
            """);
    }

    public ValueTask DisposeAsync() => _session.DisposeAsync();

    [Fact(Timeout = 300_000)]
    public async Task Agents_come_back_tasks_go_on_and_users_log_in()
    {
        ResticProgram.SkipUnlessInstalled();
        await _session.CreateRepositoryAsync();
        await using AgentProcess one = await EnrollAsync("one");
        await using AgentProcess two = await EnrollAsync("two");
        await WaitUntilOnlineAsync(one, two);
        string source = _session.In("source");
        Directory.CreateDirectory(source);
        await SystemProgram.ShellAsync("head -c 3000000 /dev/urandom > big; echo one > small", source);
        await _session.CreateTaskAsync("docs", source, "-Agent one");
        await _session.CreateTaskAsync("more", source, "-Agent two");
        await _session.BackUpAsync("docs");
        string fingerprint = (await _session.SingleAsync("Get-HBServer")).Text("Fingerprint");
        await _session.OutputAsync($"New-HBUser -Name olga -Password (Secure '{UserPassword}') | Grant-HBRole -Role Administrator");
        string unused = (await _session.SingleAsync("New-HBEnrollmentToken")).Text("Token");

        PSObject saved = await _session.SingleAsync("Backup-HBServer ./server.hbserver -PasswordFile ./pw");
        Assert.Equal((1L, 2L, 2L, 1L), (saved.Number("Repositories"), saved.Number("Tasks"), saved.Number("Agents"), saved.Number("Users")));
        await SystemProgram.ShellAsync("echo two > small", source);
        await _session.BackUpAsync("docs");
        await _session.KillServerAsync();
        SystemProgram.DeleteTree(_session.DataPath);
        PSObject restored = await RestoreAsync("./elsewhere");
        Assert.Equal(["--listen", $"127.0.0.1:{_port}"], (string[])PSObject.AsPSObject(restored.Get("Backup")!).Get("StartOptions")!);
        Assert.Equal(1, restored.Number("RevokedTokens"));
        await _session.OutputAsync($"Start-HBServer -DataPath ./elsewhere -Listen 127.0.0.1:{_port}; Connect-HBServer -DataPath ./elsewhere | Out-Null");

        Assert.Equal(fingerprint, (await _session.SingleAsync("Get-HBServer")).Text("Fingerprint"));
        await WaitUntilOnlineAsync(one, two);
        Assert.Equal(2, (await _session.OutputAsync("Get-HBSnapshot -Task docs")).Count);
        PSObject run = await _session.BackUpAsync("docs");
        Assert.Equal((0L, 0L, 2L), (run.Number("NewFiles"), run.Number("ChangedFiles"), run.Number("UnchangedFiles")));
        await _session.BackUpAsync("more");
        PSObject restore = await _session.SingleAsync($"Get-HBSnapshot -Task docs -Latest | Restore-HBItem -Agent one -Destination '{_session.In("out")}' -Wait");
        Assert.Equal("Completed", restore.Text("State"));
        await TreeListing.AssertEqualAsync(source, _session.In("out") + source);
        var restic = new ResticProgram(_session.RepositoryPath);
        await restic.CheckAsync();
        Assert.Equal(4, (await restic.SnapshotsAsync()).Count);

        await _session.OutputAsync($"$null = Connect-HBServer -ComputerName localhost:{_port} -Fingerprint {fingerprint} -Credential ([pscredential]::new('olga', (Secure '{UserPassword}')))");
        Assert.Equal("olga", (await _session.SingleAsync("Get-HBServer")).Text("UserName"));
        await _session.OutputAsync("Connect-HBServer -DataPath ./elsewhere | Out-Null");
        await RefusedAsync(unused);
    }

    [Fact(Timeout = 120_000)]
    public async Task Whatever_is_wrong_with_the_file_is_said_and_changes_nothing()
    {
        await _session.OutputAsync("$null = Backup-HBServer ./server.hbserver -PasswordFile ./pw; Stop-HBServer");
        await File.WriteAllTextAsync(_session.In("other"), "another password", TestContext.Current.CancellationToken);
        byte[] valid = await File.ReadAllBytesAsync(_session.In("server.hbserver"), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_session.In("cut"), valid[..^1], TestContext.Current.CancellationToken);
        byte[] altered = [.. valid];
        altered[valid.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(_session.In("altered"), altered, TestContext.Current.CancellationToken);

        await _session.ErrorAsync("WrongPassword", "server.hbserver", "Restore-HBServer ./server.hbserver -DataPath ./new -PasswordFile ./other");
        await _session.ErrorAsync("ServerBackupDamaged", "cut", "Restore-HBServer ./cut -DataPath ./new -PasswordFile ./pw");
        await _session.ErrorAsync("ServerBackupDamaged", "altered", "Restore-HBServer ./altered -DataPath ./new -PasswordFile ./pw");
        await _session.ErrorAsync("NotAServerBackup", "pw", "Restore-HBServer ./pw -DataPath ./new -PasswordFile ./pw");
        await _session.ErrorAsync("InvalidArgument", "none", "Restore-HBServer ./none -DataPath ./new -PasswordFile ./pw");
        Assert.False(Directory.Exists(_session.In("new")));
        await _session.ErrorAsync("DataPathOccupied", _session.DataPath, "Restore-HBServer ./server.hbserver -DataPath ./hb -PasswordFile ./pw");

        PSObject backup = await _session.SingleAsync("Restore-HBServer ./server.hbserver -PasswordFile ./pw -WhatIf");
        Assert.Equal(valid.Length, backup.Number("Length"));
        PSObject restored = await _session.SingleAsync("Restore-HBServer ./server.hbserver -DataPath ./hb -PasswordFile ./pw -Force -WarningAction Ignore");
        Assert.True(File.Exists(Path.Combine(restored.Text("KeptAside"), "server.key")));
        await _session.OutputAsync("Start-HBServer -DataPath ./hb; Connect-HBServer -DataPath ./hb | Out-Null");
        await _session.ErrorAsync("DataPathInUse", _session.DataPath, "Restore-HBServer ./server.hbserver -DataPath ./hb -PasswordFile ./pw -Force");
    }

    [Fact(Timeout = 180_000)]
    public async Task Restoration_that_is_killed_at_any_time_is_whole_or_refused_or_not_there()
    {
        await _session.OutputAsync("$null = Backup-HBServer ./server.hbserver -PasswordFile ./pw; Stop-HBServer");
        int whole = 0;
        int absent = 0;
        for (int i = 0; i < 12; i++)
        {
            string dataPath = _session.In($"new{i}");
            await KillRestorationAsync(dataPath, TimeSpan.FromMilliseconds(150 * i));

            bool isWhole = File.Exists(Path.Combine(dataPath, "server.key"));
            bool hasCatalog = File.Exists(Path.Combine(dataPath, "catalog.db"));
            Assert.True(hasCatalog || !isWhole, "The key was put in place before the catalog.");
            whole += isWhole ? 1 : 0;
            absent += hasCatalog ? 0 : 1;
            await _session.OutputAsync($"$null = Restore-HBServer ./server.hbserver -DataPath ./new{i} -PasswordFile ./pw -WarningAction Ignore{(hasCatalog ? " -Force" : "")}");
            Assert.False(Directory.Exists(Path.Combine(dataPath, "restoring")));
        }

        Assert.True(absent > 0, $"All {whole} restorations were quicker than the kill.");
        await _session.OutputAsync("Start-HBServer -DataPath ./new0; Connect-HBServer -DataPath ./new0 | Out-Null");
    }

    [Fact(Timeout = 120_000)]
    public async Task Example_saves_verifies_and_keeps_the_newest()
    {
        Directory.CreateDirectory(_session.In("safe"));
        await File.WriteAllTextAsync(_session.In("safe/server-20200101T000000Z.hbserver"), "old", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_session.In("safe/server-20200102T000000Z.hbserver"), "old", TestContext.Current.CancellationToken);

        PSObject saved = await _session.SingleAsync($"& '{BuiltProduct.ServerRecovery}' -Folder ./safe -PasswordFile ./pw -DataPath ./hb -Keep 2");

        string[] files = [.. Directory.GetFiles(_session.In("safe")).Order(StringComparer.Ordinal)];
        Assert.Equal([_session.In("safe/server-20200102T000000Z.hbserver"), Path.GetFullPath(saved.Text("Path"))], files);
        await _session.OutputAsync("Connect-HBServer -DataPath ./hb | Out-Null");
    }

    [Fact(Timeout = 120_000)]
    public async Task Another_program_opens_the_file_by_the_documented_format()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "Python is not installed (Debian: python3).");
        string library = Path.Combine(Path.GetDirectoryName(BuiltProduct.Server)!, "runtimes", "linux-x64", "native", "libsodium.so");
        Assert.SkipUnless(File.Exists(library), "This build has no libsodium for linux-x64.");
        await _session.OutputAsync("$null = Backup-HBServer ./server.hbserver -PasswordFile ./pw");

        await SystemProgram.ShellAsync($"python3 '{BuiltProduct.OpenServerBackup}' server.hbserver '{library}' < pw | tar xz", _session.Folder);

        Assert.Equal(await File.ReadAllBytesAsync(_session.In("hb/server.key"), TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(_session.In("server.key"), TestContext.Current.CancellationToken));
        Assert.StartsWith("SQLite format 3", await File.ReadAllTextAsync(_session.In("catalog.db"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("\"hostName\"", await File.ReadAllTextAsync(_session.In("backup.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private Task<PSObject> RestoreAsync(string dataPath) =>
        _session.SingleAsync($"Restore-HBServer ./server.hbserver -DataPath {dataPath} -PasswordFile ./pw -WarningAction Ignore");

    private async Task<AgentProcess> EnrollAsync(string name)
    {
        string token = (await _session.SingleAsync("New-HBEnrollmentToken -Kind Server")).Text("Token");
        Directory.CreateDirectory(_session.In("agents"));
        var agent = new AgentProcess(name, _session.In("agents/" + name), host: null);
        await agent.EnrollAsync($"localhost:{_port}", token, bandwidth: null);
        agent.Start();
        await WaitUntilOnlineAsync(name, agent);
        return agent;
    }

    private async Task WaitUntilOnlineAsync(AgentProcess one, AgentProcess two)
    {
        await WaitUntilOnlineAsync("one", one);
        await WaitUntilOnlineAsync("two", two);
    }

    private async Task WaitUntilOnlineAsync(string name, AgentProcess agent)
    {
        var waited = Stopwatch.StartNew();
        while ((await _session.SingleAsync($"Get-HBAgent {name}")).Text("IsOnline") != "True")
        {
            Assert.True(agent.IsRunning && waited.Elapsed < TimeSpan.FromSeconds(90), string.Join('\n', agent.Log));
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }

    private async Task RefusedAsync(string token)
    {
        string tokenFile = _session.In("unused.token");
        await File.WriteAllTextAsync(tokenFile, token, TestContext.Current.CancellationToken);
        ProgramResult result = await SystemProgram.TryRunAsync(
            BuiltProduct.Agent, ["enroll", "--server", $"localhost:{_port}", "--token-file", tokenFile, "--name", "three", "--data-path", _session.In("agents/three")], "/");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("does not accept", result.Output + result.Errors, StringComparison.Ordinal);
    }

    private async Task KillRestorationAsync(string dataPath, TimeSpan after)
    {
        var start = new ProcessStartInfo(BuiltProduct.Server, ["restore-server", "--from", _session.In("server.hbserver"), "--data-path", dataPath])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteLineAsync(ProductSession.Password.AsMemory(), TestContext.Current.CancellationToken);
        process.StandardInput.Close();
        await Task.Delay(after, TestContext.Current.CancellationToken);
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
