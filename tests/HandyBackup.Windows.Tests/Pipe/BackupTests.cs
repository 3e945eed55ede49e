using System.Security.Cryptography;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Windows.Tests.Kit;

namespace HandyBackup.Windows.Tests.Pipe;

/// <summary>The main job with the product's own programs: a repository, a backup, a check, a restore, ordered over the pipe.</summary>
public sealed class BackupTests : IAsyncLifetime
{
    private const int TimeLimit = 240_000;

    private static readonly DateTime s_time = new(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    private readonly RunningServer _server = RunningServer.Start();
    private PanelConnection _panel = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Source => _server.Folder.Combine("source");

    public async ValueTask InitializeAsync() => _panel = await _server.ConnectAsync();

    public async ValueTask DisposeAsync()
    {
        _panel?.Dispose();
        await _server.DisposeAsync();
    }

    [Fact(Timeout = TimeLimit)]
    public async Task What_was_backed_up_is_restored_the_same()
    {
        MakeTree();
        await CreateTaskAsync();
        Run backup = await BackUpAsync();
        Assert.Equal(RunState.Completed, backup.State);
        Assert.Equal(RunState.Completed, (await EndAsync(await _panel.Repositories.StartCheckAsync(new CheckRepositoryRequest { Name = "main", ReadData = true }, Token))).State);
        Assert.Equal(RunState.Completed, (await RestoreAsync(backup)).State);
        Assert.Equal(Listing(Source), Listing(_server.Folder.Combine("restored")));
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Second_backup_reads_what_changed_and_a_file_that_nobody_may_read_is_a_warning()
    {
        MakeTree();
        await CreateTaskAsync();
        Assert.Equal(RunState.Completed, (await BackUpAsync()).State);
        await File.WriteAllTextAsync(Path.Join(Source, "changed.txt"), "new", Token);
        await using var locked = new FileStream(Path.Join(Source, "changed.txt"), FileMode.Open, FileAccess.Read, FileShare.None);
        Run second = await BackUpAsync();
        Assert.Equal(RunState.CompletedWithWarnings, second.State);
        var log = new List<RunLogEntry>();
        await foreach (RunLogEntry entry in _panel.Runs.GetLogAsync(new RunLogQuery { RunId = second.Id, MinimumLevel = RunLogLevel.Warning }, Token))
        {
            log.Add(entry);
        }

        Assert.Contains(log, entry => entry.Path?.EndsWith("changed.txt", StringComparison.Ordinal) == true);
        Assert.Equal(RunState.Completed, (await RestoreAsync(second)).State);
        Assert.Equal(Listing(Source).Where(line => !line.Contains("changed.txt", StringComparison.Ordinal)), Listing(_server.Folder.Combine("restored")));
    }

    private void MakeTree()
    {
        byte[] large = new byte[3_000_000];
        new Random(1).NextBytes(large);
        string deep = Path.Join(Source, "deep", new string('a', 120), new string('b', 120), new string('c', 120));
        Directory.CreateDirectory(deep);
        Directory.CreateDirectory(Path.Join(Source, "empty"));
        File.WriteAllBytes(Path.Join(Source, "large.bin"), large);
        File.WriteAllText(Path.Join(Source, "ünï 😀.txt"), "text");
        File.WriteAllText(Path.Join(Source, "nothing"), "");
        File.WriteAllText(Path.Join(deep, "file.txt"), "deep down");
        File.WriteAllText(Path.Join(Source, "read only"), "x");
        foreach (string file in Directory.EnumerateFiles(Source, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, s_time);
        }

        File.SetAttributes(Path.Join(Source, "read only"), FileAttributes.ReadOnly);
    }

    private async Task CreateTaskAsync()
    {
        await _panel.Repositories.CreateAsync(new CreateRepositoryRequest { Name = "main", Path = _server.Folder.Combine("repository"), Password = new Secret { Value = "a good password" } }, Token);
        await _panel.Tasks.CreateAsync(
            new CreateTaskRequest
            {
                Definition = new TaskDefinition { Name = "daily", Agent = Environment.MachineName, Repository = "main", Selection = new SourceSelection { Source = "Files", Paths = [Source] } },
            },
            Token);
    }

    private async Task<Run> BackUpAsync() => await EndAsync(Assert.Single((await _panel.Tasks.StartAsync(new StartTaskRequest { Name = "daily" }, Token)).Runs));

    private async Task<Run> RestoreAsync(Run backup)
    {
        string path = Source.Replace(":", "", StringComparison.Ordinal).Replace('\\', '/');
        return await EndAsync(await _panel.Items.StartRestoreAsync(
            new RestoreRequest
            {
                Snapshot = new SnapshotReference("main", backup.SnapshotId!),
                Selections = [new RestoreSelection(path, "")],
                Destination = _server.Folder.Combine("restored"),
            },
            Token));
    }

    private async Task<Run> EndAsync(Run run)
    {
        await foreach (Run state in _panel.Runs.WatchAsync(new RunReference(run.Id), Token))
        {
            run = state;
        }

        return run;
    }

    // Not the times of folders, which Wine takes from Linux and changes with what is in them.
    private static string[] Listing(string folder) =>
    [
        .. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(entry => $"{Path.GetRelativePath(folder, entry.FullName)}|{entry.Attributes & (FileAttributes.Directory | FileAttributes.ReadOnly)}|{(entry is FileInfo file ? $"{file.Length} {file.LastWriteTimeUtc:O} {Hash(file.FullName)}" : "")}")
            .Order(StringComparer.Ordinal),
    ];

    private static string Hash(string file)
    {
        try
        {
            return Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
        }
        catch (IOException)
        {
            return "in use";
        }
    }
}
