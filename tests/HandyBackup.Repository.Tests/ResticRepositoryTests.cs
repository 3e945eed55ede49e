using System.Text.Json.Nodes;
using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;
using static HandyBackup.Repository.Tests.TestRepository;

namespace HandyBackup.Repository.Tests;

/// <summary>The real restic is the judge: it opens and uses what we make, and we open what it makes.</summary>
public sealed class ResticRepositoryTests : IAsyncDisposable
{
    private const int Limit = 120_000;

    private readonly TempFolder _folder = new();
    private readonly LocalStore _store;
    private readonly ResticProgram _restic;

    public ResticRepositoryTests()
    {
        _store = new LocalStore(_folder.Combine("repo"), TimeProvider.System);
        _restic = ResticProgram.OrSkip(_store.Location, Password);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Theory(Timeout = Limit)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Restic_checks_backs_up_into_and_restores_from_our_repository(int version)
    {
        await using OpenRepository repository = await CreateAsync(_store, version);
        JsonNode config = JsonNode.Parse((await _restic.CatAsync(["config"], Stop)).Succeeded().Output)!;
        Assert.Equal(version, (int)config["version"]!);
        Assert.Equal(repository.Id, (string)config["id"]!);
        (await _restic.CheckAsync(readData: true, Stop)).Succeeded();

        string file = _folder.Combine("file");
        byte[] content = new byte[3_000_000];
        Random.Shared.NextBytes(content);
        await File.WriteAllBytesAsync(file, content, Stop);
        (await _restic.BackupAsync(file, ["--tag", "one", "--host", "somewhere"], Stop)).Succeeded();
        (await _restic.CheckAsync(readData: true, Stop)).Succeeded();

        SnapshotEntry entry = Assert.Single(await ToListAsync(repository.Snapshots.ListAsync(Stop)));
        Assert.Null(entry.Error);
        Assert.Equal(("somewhere", "one", file), (entry.Snapshot!.HostName, entry.Snapshot.Tags.Single(), entry.Snapshot.Paths.Single()));
        (await _restic.RestoreAsync(entry.Id.ToString(), _folder.Combine("out"), Stop)).Succeeded();
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Join(_folder.Combine("out"), file), Stop));
    }

    [Theory(Timeout = Limit)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Repository_of_restic_opens(int version)
    {
        (await _restic.InitAsync(version, Stop)).Succeeded();
        JsonNode config = JsonNode.Parse((await _restic.CatAsync(["config"], Stop)).Succeeded().Output)!;
        JsonNode key = JsonNode.Parse((await _restic.CatAsync(["masterkey"], Stop)).Succeeded().Output)!;

        await using OpenRepository repository = await OpenAsync(_store);
        Assert.Equal(version, repository.FormatVersion);
        Assert.Equal((string)config["id"]!, repository.Id);
        Assert.Equal((string)key["encrypt"]!, (string)JsonNode.Parse(repository.MasterKey.ToJson())!["encrypt"]!);
        Assert.True(ChunkerPolynomial.IsIrreducible(Convert.ToUInt64((string)config["chunker_polynomial"]!, 16)));
        await AssertFailsAsync(ErrorCode.WrongPassword, () => OpenAsync(_store, "wrong"));
    }

    [Fact(Timeout = Limit)]
    public async Task Restic_reports_our_wrong_password_and_our_missing_config_as_we_do()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        (await _restic.With("wrong").CheckAsync(readData: false, Stop)).Failed("wrong password");
        await _store.RemoveAsync(StoreFile.Config, Stop);
        (await _restic.CheckAsync(readData: false, Stop)).Failed("config");
    }

    [Fact(Timeout = Limit)]
    public async Task Restic_opens_with_every_password_of_ours()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        await repository.Keys.AddAsync("second", "bob", "bobs-pc", Stop);
        (await _restic.CatAsync(["config"], Stop)).Succeeded();
        (await _restic.With("second").CatAsync(["config"], Stop)).Succeeded();
        Assert.Contains("bobs-pc", (await _restic.RunAsync(["key", "list"], Stop)).Succeeded().Output, StringComparison.Ordinal);

        await repository.Keys.ChangePasswordAsync("third", "bob", "bobs-pc", Stop);
        (await _restic.With("third").CatAsync(["config"], Stop)).Succeeded();
        (await _restic.CatAsync(["config"], Stop)).Failed("wrong password");
    }

    [Fact(Timeout = Limit)]
    public async Task We_open_with_every_password_of_restic()
    {
        (await _restic.InitAsync(2, Stop)).Succeeded();
        (await _restic.KeyAsync("add", "second", Stop)).Succeeded();
        (await _restic.KeyAsync("passwd", "third", Stop)).Succeeded();

        await using OpenRepository second = await OpenAsync(_store, "second");
        await using OpenRepository third = await OpenAsync(_store, "third");
        Assert.Equal(second.Id, third.Id);
        Assert.NotEqual(second.Keys.Current, third.Keys.Current);
        Assert.Equal(2, (await ToListAsync(second.Keys.ListAsync(Stop))).Count(entry => entry.Error is null && entry.UserName.Length > 0));
        await AssertFailsAsync(ErrorCode.WrongPassword, () => OpenAsync(_store));
    }

    [Fact(Timeout = Limit)]
    public async Task Password_that_we_calibrate_opens_in_restic()
    {
        await using OpenRepository repository = await OpenRepository.CreateAsync(_store, Password, Creation with { ScryptCost = null }, TimeProvider.System, Stop);
        (await _restic.CatAsync(["config"], Stop)).Succeeded();
    }

    [Theory(Timeout = Limit)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Restic_lists_our_snapshots_with_all_their_fields(int version)
    {
        await using OpenRepository repository = await CreateAsync(_store, version);
        var snapshot = new Snapshot
        {
            Time = new DateTimeOffset(2026, 11, 22, 10, 20, 30, TimeSpan.FromHours(2)).AddTicks(1_234_567),
            Tree = new BlobId(Sha256Hash.Parse(new string('7', 64))),
            Paths = ["/home", "/srv/Größe"],
            HostName = "fileserver",
            UserName = "backup",
            UserId = 1000,
            Tags = ["docs", "weekly"],
            Origin = new SnapshotOrigin { Task = "docs", Agent = "local", Source = "Files", RunId = Guid.NewGuid(), Totals = new ItemTotals(1, 2), AddedBytes = 3 },
        };
        SnapshotId id = await repository.Snapshots.SaveAsync(snapshot, Stop);

        JsonNode listed = JsonNode.Parse((await _restic.SnapshotsAsync(Stop)).Succeeded().Output)!.AsArray().Single()!;
        Assert.Equal(id.ToString(), (string)listed["id"]!);
        Assert.Equal(snapshot.Time, (DateTimeOffset)listed["time"]!);
        Assert.Equal(["/home", "/srv/Größe"], listed["paths"]!.AsArray().Select(path => (string)path!));
        Assert.Equal(["docs", "weekly"], listed["tags"]!.AsArray().Select(tag => (string)tag!));
        Assert.Equal(("fileserver", "backup", 1000), ((string)listed["hostname"]!, (string)listed["username"]!, (int)listed["uid"]!));
    }
}
