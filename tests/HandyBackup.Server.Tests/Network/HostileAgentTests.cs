using System.Buffers;
using System.Security.Cryptography;
using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Rpc.Agents;
using HandyBackup.Server.Tests.Fakes;
using HandyBackup.Server.Tests.Network.Kit;
using HandyBackup.Testing;

namespace HandyBackup.Server.Tests.Network;

/// <summary>Agents in bad hands, over real TLS: what they try is refused with a code, stands in the audit log, and has no effect.</summary>
public sealed class HostileAgentTests : IAsyncLifetime
{
    private const string Secret = "what nobody but the victim may read";

    private readonly TempFolder _folder = new();
    private readonly List<(BlobId Id, BlobType Type)> _loot = [];
    private FleetServer _server = null!;
    private FleetAgent _victim = null!;
    private FleetAgent _thief = null!;
    private AgentConnection _victimsConnection = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FleetServer.StartAsync(_folder.Combine("data"));
        await _server.CreateRepositoryAsync(_folder.Combine("main"));
        _victim = await FleetAgent.EnrollAsync(_server.Address, await _server.CreateTokenAsync(), "victim");
        _thief = await FleetAgent.EnrollAsync(_server.Address, await _server.CreateTokenAsync(), "thief");
        // The worst case: the thief knows the ids of all that the victim has. He could not know them without the content.
        var recorded = new HostileAgent(_victim.Host) { OnBackup = RecordAsync };
        _victimsConnection = await _victim.ConnectAsync(_server.Address, recorded);
        await _server.WaitUntilAsync("victim", isOnline: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _victimsConnection.DisposeAsync();
        _victim.Dispose();
        _thief.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Backup_gives_an_agent_nothing_of_another_agents_snapshot()
    {
        await BackUpVictimAsync();
        var answers = new List<ErrorCode?>();
        var hostile = new HostileAgent(_thief.Host) { OnBackup = async (_, _, retrieve) => answers.AddRange(await RobAsync(retrieve, _loot)) };
        await using AgentConnection connection = await ConnectAsync(hostile);
        await CreateTaskAsync("thief", Write("thief's", ("own", "nothing much")));

        Run run = await RunTaskAsync("thief");

        Assert.Equal(_loot.Count, answers.Count);
        Assert.All(answers, answer => Assert.Equal(ErrorCode.BlobRefused, answer));
        await AssertNotedAsync("Retrieve.Get", "thief", ErrorCode.BlobRefused);
        Assert.Contains(await _server.LogOfAsync(run), line => line is { Level: RunLogLevel.Warning, Code: ErrorCode.BlobRefused });
    }

    [Fact]
    public async Task Lengths_tell_an_agent_nothing_of_another_agents_snapshot()
    {
        await BackUpVictimAsync();
        BlobId[] wanted = [.. _loot.Where(blob => blob.Type == BlobType.Data).Select(blob => blob.Id)];
        long[] lengths = new long[wanted.Length];
        var hostile = new HostileAgent(_thief.Host)
        {
            OnBackup = async (_, _, retrieve) => await retrieve.GetLengthsAsync(wanted, BlobType.Data, lengths, TestTimeout.Token),
        };
        await using AgentConnection connection = await ConnectAsync(hostile);
        await CreateTaskAsync("thief", Write("thief's", ("own", "nothing much")));

        await RunTaskAsync("thief");

        Assert.NotEmpty(lengths);
        Assert.All(lengths, length => Assert.Equal(-1, length));
        await AssertNotedAsync("Retrieve.Get", "thief", ErrorCode.BlobRefused);
    }

    [Fact]
    public async Task Second_backup_reads_its_previous_folders_and_no_content()
    {
        ErrorCode?[] answers = [];
        ErrorCode? folders = ErrorCode.InternalError;
        var own = new List<(BlobId, BlobType)>();
        var hostile = new HostileAgent(_thief.Host);
        await using AgentConnection connection = await ConnectAsync(hostile);
        string source = Write("thief's", ("own", "nothing much"));
        await CreateTaskAsync("thief", source);
        await RunTaskAsync("thief");
        own.Add((new BlobId(new Sha256Hash(SHA256.HashData("nothing much"u8))), BlobType.Data));
        hostile.OnBackup = async (order, _, retrieve) =>
        {
            folders = await TryGetAsync(retrieve, order.PreviousTree!.Value, BlobType.Tree);
            answers = await RobAsync(retrieve, own);
        };
        File.WriteAllText(Path.Combine(source, "new"), "a second file");

        Run run = await RunTaskAsync("thief");

        Assert.Null(folders);
        Assert.Equal([ErrorCode.BlobRefused], answers);
        Assert.Equal(1, run.Progress.NewFiles);
    }

    [Fact]
    public async Task Restore_gives_an_agent_what_was_selected_for_it_and_nothing_else()
    {
        Run backup = await BackUpVictimAsync();
        var secret = new BlobId(new Sha256Hash(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Secret))));
        Assert.Contains((secret, BlobType.Data), _loot);
        ErrorCode?[] answers = [];
        var hostile = new HostileAgent(_thief.Host)
        {
            OnRestore = async (order, retrieve) =>
            {
                Assert.Null(await TryGetAsync(retrieve, order.RootTree, BlobType.Tree));
                answers = await RobAsync(retrieve, [(secret, BlobType.Data)]);
            },
        };
        await using AgentConnection connection = await ConnectAsync(hostile);

        Run run = await _server.WaitAsync(await RestoreAsync(backup, "victim's/public", "thief"));

        Assert.True(run.State == RunState.Completed, $"{run.State}: {run.Error}");
        Assert.Equal([ErrorCode.BlobRefused], answers);
        Assert.Equal("for everybody", File.ReadAllText(_folder.Combine("restored", "public")));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Combine("restored")));
        await AssertNotedAsync("Retrieve.Get", "thief", ErrorCode.BlobRefused);
    }

    [Fact]
    public async Task Blob_that_the_repository_does_not_have_is_missing_and_no_theft()
    {
        ErrorCode?[] answers = [];
        var hostile = new HostileAgent(_thief.Host)
        {
            OnBackup = async (_, _, retrieve) => answers = await RobAsync(retrieve, [(new BlobId(new Sha256Hash(RandomNumberGenerator.GetBytes(32))), BlobType.Data)]),
        };
        await using AgentConnection connection = await ConnectAsync(hostile);
        await CreateTaskAsync("thief", Write("thief's", ("own", "nothing much")));

        await RunTaskAsync("thief");

        Assert.Equal([ErrorCode.BlobMissing], answers);
        Assert.Empty(await AuditAsync("Retrieve.*"));
    }

    [Fact]
    public async Task Blob_under_another_ones_id_is_refused_and_poisons_nothing()
    {
        byte[] poison = System.Text.Encoding.UTF8.GetBytes("poison");
        var promised = new BlobId(new Sha256Hash(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Secret))));
        var hostile = new HostileAgent(_thief.Host) { OnBackup = async (_, ingest, _) => await ingest.PutAsync(Payload(promised, poison), TestTimeout.Token) };
        await using AgentConnection connection = await ConnectAsync(hostile);
        await CreateTaskAsync("thief", Write("thief's", ("own", "nothing much")));

        Run run = await _server.WaitAsync(await StartAsync("thief"));
        Run victims = await BackUpVictimAsync();
        Run restore = await _server.WaitAsync(await RestoreAsync(victims, "victim's", "victim"));

        Assert.Equal((RunState.Failed, ErrorCode.BlobDamaged, null), (run.State, run.Error!.Code, run.SnapshotId));
        Assert.Equal(RunState.Completed, restore.State);
        Assert.Equal(Secret, File.ReadAllText(_folder.Combine("restored", "private")));
        await AssertNotedAsync("Ingest.Put", "thief", ErrorCode.BlobDamaged);
    }

    [Fact]
    public async Task Removed_agent_that_comes_again_stands_in_the_audit_log_once()
    {
        await _server.Core.Agents.RemoveAsync(new RemoveAgentRequest { Agent = "thief" }, TestTimeout.Token);

        for (int i = 0; i < 3; i++)
        {
            HandyBackupException refusal = await Assert.ThrowsAsync<HandyBackupException>(() => _thief.ConnectAsync(_server.Address));
            Assert.Equal(ErrorCode.AgentRevoked, refusal.Code);
        }

        AuditEntry entry = await FindEntryAsync("Gateway.Hello");
        Assert.Equal((CallerKind.Agent, _thief.Id.ToString(), AuditOutcome.Refused, ErrorCode.AgentRevoked), (entry.CallerKind, entry.Caller, entry.Outcome, entry.Error!.Value));
    }

    [Fact]
    public async Task Token_that_was_used_stands_in_the_audit_log_and_not_its_text()
    {
        string token = await _server.CreateTokenAsync();
        using FleetAgent first = await FleetAgent.EnrollAsync(_server.Address, token, "first");

        HandyBackupException refusal = await Assert.ThrowsAsync<HandyBackupException>(() => FleetAgent.EnrollAsync(_server.Address, token, "second"));

        Assert.Equal(ErrorCode.EnrollmentRefused, refusal.Code);
        AuditEntry entry = Assert.Single(await AuditAsync("Enrollment.Enroll"), entry => entry.Outcome == AuditOutcome.Refused);
        Assert.Equal((CallerKind.Nobody, "", "", ErrorCode.EnrollmentRefused), (entry.CallerKind, entry.Caller, entry.Target, entry.Error!.Value));
        Assert.Matches("^(127\\.0\\.0\\.1|::1)$", entry.Origin);
        Assert.Equal(2, (await AuditAsync("Enrollment.Enroll")).Count(entry => entry.Caller == "first" && entry.Target.EndsWith(EnrollmentTokenText.Parse(token).Id, StringComparison.Ordinal)));
    }

    private static async Task<ErrorCode?[]> RobAsync(IRetrieve retrieve, IEnumerable<(BlobId Id, BlobType Type)> blobs)
    {
        var answers = new List<ErrorCode?>();
        foreach ((BlobId id, BlobType type) in blobs)
        {
            answers.Add(await TryGetAsync(retrieve, id, type));
        }

        return [.. answers];
    }

    // Null if it was delivered.
    private static async Task<ErrorCode?> TryGetAsync(IRetrieve retrieve, BlobId id, BlobType type)
    {
        try
        {
            await foreach (BlobPayload payload in retrieve.GetAsync([id], type, TestTimeout.Token))
            {
                payload.Dispose();
            }

            return null;
        }
        catch (HandyBackupException exception)
        {
            return exception.Code;
        }
    }

    private static BlobPayload Payload(BlobId id, byte[] content)
    {
        IMemoryOwner<byte> owner = MemoryPool<byte>.Shared.Rent(content.Length);
        content.CopyTo(owner.Memory);
        return new BlobPayload(id, BlobType.Data, content.Length, isCompressed: false, owner, content.Length);
    }

    private async Task RecordAsync(BackupOrder order, IIngest ingest, IRetrieve retrieve)
    {
        var blobs = new MemoryBlobs();
        await _victim.Host.BackupAsync(order, blobs, blobs, new RecordingObserver(), TestTimeout.Token);
        _loot.AddRange(blobs.Ids);
    }

    private async Task<Run> BackUpVictimAsync()
    {
        await CreateTaskAsync("victim", Write("victim's", ("private", Secret), ("public", "for everybody")));
        return await RunTaskAsync("victim");
    }

    private async Task<AgentConnection> ConnectAsync(HostileAgent agent)
    {
        AgentConnection connection = await _thief.ConnectAsync(_server.Address, agent);
        await _server.WaitUntilAsync("thief", isOnline: true);
        return connection;
    }

    private string Write(string folder, params (string Name, string Text)[] files)
    {
        string path = _folder.Combine("sources", folder);
        Directory.CreateDirectory(path);
        foreach ((string name, string text) in files)
        {
            File.WriteAllText(Path.Combine(path, name), text);
        }

        return path;
    }

    private Task<TaskInfo> CreateTaskAsync(string agent, string path) => _server.Core.Tasks.CreateAsync(
        new CreateTaskRequest
        {
            Definition = new TaskDefinition { Name = $"task of {agent}", Agent = agent, Repository = "main", Selection = new SourceSelection { Source = "Files", Paths = [path] } },
        },
        TestTimeout.Token);

    private async Task<Run> StartAsync(string agent) =>
        Assert.Single((await _server.Core.Tasks.StartAsync(new StartTaskRequest { Name = $"task of {agent}" }, TestTimeout.Token)).Runs);

    private async Task<Run> RunTaskAsync(string agent)
    {
        Run run = await _server.WaitAsync(await StartAsync(agent));
        Assert.True(run.State == RunState.Completed, $"{run.State}: {run.Error}");
        return run;
    }

    private Task<Run> RestoreAsync(Run backup, string item, string agent) => _server.Core.Items.StartRestoreAsync(
        new RestoreRequest
        {
            Snapshot = new SnapshotReference(backup.Repository, backup.SnapshotId!),
            Selections = [new RestoreSelection($"{_folder.Combine("sources")[1..]}/{item}", item == "victim's" ? "" : "public")],
            Agent = agent,
            Destination = _folder.Combine("restored"),
        },
        TestTimeout.Token);

    private async Task AssertNotedAsync(string action, string agent, ErrorCode code)
    {
        AuditEntry entry = Assert.Single(await AuditAsync(action));
        Assert.Equal((CallerKind.Agent, agent, AuditOutcome.Refused, code), (entry.CallerKind, entry.Caller, entry.Outcome, entry.Error!.Value));
    }

    // Who connects is told of the refusal a moment before it is written down.
    private async Task<AuditEntry> FindEntryAsync(string action)
    {
        CancellationToken limit = TestTimeout.Token;
        List<AuditEntry> entries;
        while ((entries = await AuditAsync(action)).Count == 0)
        {
            await Task.Delay(5, limit);
        }

        return Assert.Single(entries);
    }

    private async Task<List<AuditEntry>> AuditAsync(string action)
    {
        IAuditLog log = _server.Core.Receive(PanelOrigin.Local("test")).Services.AuditLog;
        return await log.ListAsync(new AuditQuery { Action = action }, TestTimeout.Token).ToListAsync(TestTimeout.Token);
    }
}
