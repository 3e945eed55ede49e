using HandyBackup.Agent.Core.Sources;
using HandyBackup.Contracts;
using HandyBackup.Sources;
using HandyBackup.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace HandyBackup.Agent.Core.Tests;

public class AgentHostTests
{
    private static readonly TimeSpan s_timeLimit = TimeSpan.FromSeconds(30);
    private readonly MemoryTree _tree = new();
    private readonly MemorySource _source;
    private readonly MemoryBlobs _blobs = new();
    private readonly RecordingObserver _observer = new();
    private readonly AgentHost _agent;

    public AgentHostTests()
    {
        _source = new MemorySource(_tree);
        _agent = new AgentHost(new SourceRegistry([new MemorySourceFactory(_source)]), "box", TimeProvider.System, NullLoggerFactory.Instance);
        _tree.AddFile("docs/letter.txt", "Dear Sir").Details = new SourceItemDetails { User = "ann", Group = "staff" };
        _tree.AddFile("docs/notes.md", "Notes");
        _tree.AddFolder("docs/drafts");
        _tree.AddLink("docs/link", "../x");
        _tree.AddFile("README.txt", "Read me");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static SourceSelection Selection => new() { Source = "Memory" };

    [Fact]
    public async Task It_says_who_it_is()
    {
        AgentDescription description = await _agent.DescribeAsync(Cancellation);
        Assert.Equal("box", description.Name);
        Assert.Equal(Environment.MachineName, description.HostName);
        Assert.Matches(@"^\d+\.\d+\.\d+", description.Version);
        Assert.DoesNotContain("+", description.Version, StringComparison.Ordinal);
        Assert.Equal(["Memory"], description.Sources.Select(source => source.Kind));
    }

    [Fact]
    public async Task A_backup_can_be_restored_elsewhere()
    {
        BackupOutcome backup = await BackUpAsync(Selection);
        await RestoreAsync(backup.RootTree);
        Assert.Equal(_tree.Describe("docs"), _tree.Describe("out/docs"));
        Assert.True(_source.LastTarget!.IsDisposed);
        Assert.True(_source.LastSession!.IsDisposed);
        Assert.Equal(["/memory"], backup.Paths);
    }

    [Fact]
    public async Task What_the_session_reports_reaches_the_observer_however_much_it_is()
    {
        var agent = new AgentHost(new SourceRegistry([new ReportingFactory(_source)]), "box", TimeProvider.System, NullLoggerFactory.Instance);
        await agent.BackupAsync(BackupOrderFor(Selection), _blobs, _blobs, _observer, Cancellation).WaitAsync(s_timeLimit, Cancellation);
        Assert.Equal(3000, _observer.Issues.Count);
        Assert.Equal(new ItemIssue { Code = ErrorCode.ItemUnreadable, Path = "item\\xFF", Reason = "Permission denied" }, _observer.Issues.Last());
    }

    [Theory]
    [InlineData("", false, null, "README.txt docs")]
    [InlineData("", true, null, "README.txt docs docs/drafts docs/letter.txt docs/link docs/notes.md")]
    [InlineData("", true, "*.TXT", "README.txt docs/letter.txt")]
    [InlineData("docs", false, null, "docs/drafts docs/letter.txt docs/link docs/notes.md")]
    [InlineData("/docs/", false, "[l-m]*", "docs/letter.txt docs/link")]
    [InlineData("docs/letter.txt", true, "nothing", "docs/letter.txt")]
    public async Task Live_items_are_listed_folders_first(string path, bool recurse, string? filter, string expected)
    {
        List<Item> items = await ListAsync(path, recurse, filter);
        Assert.Equal(expected, string.Join(' ', items.Select(item => item.Path)));
    }

    [Fact]
    public async Task A_live_item_tells_all_that_is_known_of_it()
    {
        MemoryItem origin = _tree.Get("docs/letter.txt");
        Item item = Assert.Single(await ListAsync("docs", false, "letter*"));
        Assert.Equal(("letter.txt", ItemKind.File, 8, "ann", "staff", 0x1A4), (item.Name, item.Kind, item.Size, item.User, item.Group, item.Mode));
        Assert.Equal(("box", "Memory", null), (item.Agent, item.Source, item.SnapshotId));
        Assert.Equal(origin.Modified!.Value.UnixSeconds, item.Modified!.Value.ToUnixTimeSeconds());
        Assert.Equal("../x", Assert.Single(await ListAsync("docs", false, "link")).LinkTarget);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_listed_is_passed_over_unless_it_is_the_one_asked_for()
    {
        _tree.AddFile("secret/inside", "x");
        _tree.Get("secret").Fault = MemoryFault.CannotBeListed;
        Assert.Contains("secret", (await ListAsync("", true, null)).Select(item => item.Path));
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => ListAsync("secret", false, null));
        Assert.Equal((ErrorCode.ItemUnreadable, "secret"), (exception.Code, exception.Target));
    }

    [Fact]
    public async Task A_path_that_does_not_exist_is_an_error()
    {
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => ListAsync("docs/nothing", false, null));
        Assert.Equal((ErrorCode.ItemNotFound, "docs/nothing"), (exception.Code, exception.Target));
    }

    [Fact]
    public async Task A_source_that_cannot_be_opened_is_an_error_of_the_contract()
    {
        _tree.Root.Fault = MemoryFault.SourceLost;
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => BackUpAsync(Selection));
        Assert.Equal(ErrorCode.SourceUnavailable, exception.Code);
        Assert.Contains("Memory", exception.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.SourceUnavailable, (await Assert.ThrowsAsync<HandyBackupException>(() => ListAsync("", false, null))).Code);
    }

    [Fact]
    public async Task A_full_destination_is_an_error_of_the_contract()
    {
        BackupOutcome backup = await BackUpAsync(Selection);
        _source.ConfigureTarget = target => target.Capacity = 3;
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => RestoreAsync(backup.RootTree));
        Assert.Equal((ErrorCode.DestinationFull, "out"), (exception.Code, exception.Target));
        Assert.True(_source.LastTarget!.IsDisposed);
    }

    [Fact]
    public async Task A_destination_that_is_a_file_is_an_error_of_the_contract()
    {
        BackupOutcome backup = await BackUpAsync(Selection);
        _tree.AddFile("out", "x");
        Assert.Equal(ErrorCode.DestinationNotFolder, (await Assert.ThrowsAsync<HandyBackupException>(() => RestoreAsync(backup.RootTree))).Code);
    }

    [Fact]
    public async Task A_plan_changes_nothing()
    {
        BackupOutcome backup = await BackUpAsync(Selection);
        List<RestorePlanItem> plan = await _agent.PlanRestoreAsync(Order(backup.RootTree), _blobs, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(6, plan.Count);
        Assert.All(plan, item => Assert.Equal(RestoreAction.Create, item.Action));
        Assert.Equal(20, plan.Sum(item => item.Bytes));
        Assert.Empty(_tree.Describe("out"));
    }

    [Fact]
    public async Task Options_are_checked_without_opening_anything()
    {
        _tree.Root.Fault = MemoryFault.SourceLost;
        await _agent.ValidateAsync(Selection, Cancellation);
        await Assert.ThrowsAsync<HandyBackupException>(() => _agent.ValidateAsync(Selection with { Source = "Nothing" }, Cancellation));
    }

    private Task<List<Item>> ListAsync(string path, bool recurse, string? filter) =>
        _agent.ListItemsAsync(new LiveItemQuery { Selection = Selection, Path = path, Recurse = recurse, Filter = filter }, Cancellation)
            .ToListAsync(Cancellation).AsTask().WaitAsync(s_timeLimit, Cancellation);

    private static BackupOrder BackupOrderFor(SourceSelection selection) =>
        new() { RunId = Guid.Empty, Selection = selection, ChunkerKey = new byte[32], CompressionLevel = 1 };

    private Task<BackupOutcome> BackUpAsync(SourceSelection selection) =>
        _agent.BackupAsync(BackupOrderFor(selection), _blobs, _blobs, _observer, Cancellation).WaitAsync(s_timeLimit, Cancellation);

    private static RestoreOrder Order(BlobId root) => new()
    {
        RunId = Guid.Empty,
        Target = Selection,
        RootTree = root,
        Selections = [new RestoreSelection("", "")],
        Destination = "out",
    };

    private Task<RestoreOutcome> RestoreAsync(BlobId root) => _agent.RestoreAsync(Order(root), _blobs, _observer, Cancellation).WaitAsync(s_timeLimit, Cancellation);

    // Reports more than the agent's queue holds, and then shows what the inner source does.
    private sealed class ReportingFactory(MemorySource inner) : ISourceFactory, ISource
    {
        public string Kind => "Memory";

        public string Description => "Reports issues.";

        public Type OptionsType => typeof(object);

        public bool CanRestore => false;

        public bool NeedsServerAgent => false;

        public ISource Create(object options) => this;

        public Task TestAsync(CancellationToken cancellationToken) => inner.TestAsync(cancellationToken);

        public Task<ISourceSession> OpenAsync(SourceSessionRequest request, CancellationToken cancellationToken)
        {
            for (int i = 0; i < 3000; i++)
            {
                request.OnIssue(new SourceIssue(new byte[] { (byte)'i', (byte)'t', (byte)'e', (byte)'m', 0xFF }, SourceError.Unreadable, "Permission denied"));
            }

            return inner.OpenAsync(request, cancellationToken);
        }
    }
}
