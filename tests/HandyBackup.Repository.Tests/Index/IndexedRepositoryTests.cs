using System.Text;
using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;
using static HandyBackup.Repository.Tests.Packs.TestBlobs;

namespace HandyBackup.Repository.Tests.Index;

public sealed class IndexedRepositoryTests : IAsyncLifetime
{
    private const int Limit = 60_000;

    private readonly MemoryStore _memory = new();
    private readonly FaultyStore _store;
    private OpenRepository _repository = null!;

    public IndexedRepositoryTests() => _store = new FaultyStore(_memory);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _repository = await TestRepository.CreateAsync(_store);

    public async ValueTask DisposeAsync()
    {
        await _repository.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Refresh_takes_in_what_others_stored_and_loads_only_that()
    {
        await using IndexedRepository mine = await _repository.LoadIndexAsync(Stop);
        await StoreAsync([1]);
        Assert.False(mine.Contains(IdOf([1]), BlobType.Data));
        await mine.RefreshAsync(Stop);
        Assert.Equal([1], await mine.Reader.ReadAsync(IdOf([1]), BlobType.Data, Stop));

        await StoreAsync([2]);
        int before = _store.CallsOf(StoreOperation.Load);
        await mine.RefreshAsync(Stop);
        Assert.Equal(before + 1, _store.CallsOf(StoreOperation.Load));
        Assert.True(mine.Contains(IdOf([1]), BlobType.Data));
        Assert.True(mine.Contains(IdOf([2]), BlobType.Data));
    }

    [Fact(Timeout = Limit)]
    public async Task Refresh_drops_what_others_removed_and_keeps_what_is_being_stored()
    {
        StoreFile first = await StoreAsync([1]);
        await StoreAsync([2]);
        await using IndexedRepository mine = await _repository.LoadIndexAsync(Stop);
        await PutAsync(mine.Writer, [3]);
        await _memory.RemoveAsync(first, Stop);

        await mine.RefreshAsync(Stop);

        Assert.False(mine.Contains(IdOf([1]), BlobType.Data));
        Assert.True(mine.Contains(IdOf([2]), BlobType.Data));
        Assert.True(mine.Contains(IdOf([3]), BlobType.Data));
        await mine.Writer.FlushAsync(Stop);
        Assert.Equal([3], await mine.Reader.ReadAsync(IdOf([3]), BlobType.Data, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Own_index_files_are_not_loaded_again()
    {
        await using IndexedRepository mine = await _repository.LoadIndexAsync(Stop);
        await PutAsync(mine.Writer, [1]);
        await mine.Writer.FlushAsync(Stop);
        int before = _store.CallsOf(StoreOperation.Load);
        await mine.RefreshAsync(Stop);
        Assert.Equal(before, _store.CallsOf(StoreOperation.Load));
        Assert.True(mine.Contains(IdOf([1]), BlobType.Data));
    }

    [Fact(Timeout = Limit)]
    public async Task Superseded_files_do_not_count()
    {
        StoreFile old = await StoreAsync([1]);
        await _repository.Files.SaveAsync(StoreFileKind.Index, Encoding.UTF8.GetBytes($$"""{"supersedes":["{{old.Name}}"],"packs":[]}"""), Stop);
        await using IndexedRepository mine = await _repository.LoadIndexAsync(Stop);
        Assert.False(mine.Contains(IdOf([1]), BlobType.Data));
    }

    [Theory(Timeout = Limit)]
    [InlineData("truncated")]
    [InlineData("altered")]
    [InlineData("empty")]
    [InlineData("other JSON")]
    public async Task Damaged_index_file_is_named(string how)
    {
        await StoreAsync([1]);
        StoreFile victim = await StoreAsync([2]);
        byte[] sound = _memory[victim];
        if (how == "other JSON")
        {
            (Sha256Hash id, _) = await _repository.Files.SaveAsync(StoreFileKind.Index, "[7]"u8.ToArray(), Stop);
            victim = new StoreFile(StoreFileKind.Index, id.ToString());
        }
        else
        {
            byte[] altered = (byte[])sound.Clone();
            altered[20] ^= 1;
            _memory[victim] = how switch { "truncated" => sound[..^1], "altered" => altered, _ => [] };
        }

        HandyBackupException e = await TestRepository.AssertFailsAsync(ErrorCode.IndexDamaged, () => _repository.LoadIndexAsync(Stop));
        Assert.Contains(victim.Name, e.Target, StringComparison.Ordinal);
    }

    [Fact(Timeout = Limit)]
    public async Task File_that_vanishes_while_the_index_is_loaded_makes_it_list_again()
    {
        await StoreAsync([1]);
        StoreFile ghost = new(StoreFileKind.Index, IdOf([9]).ToString());
        await using var vanishing = new GhostStore(_memory, ghost);
        await using OpenRepository repository = await TestRepository.OpenAsync(vanishing);
        await using IndexedRepository mine = await repository.LoadIndexAsync(Stop);
        Assert.True(mine.Contains(IdOf([1]), BlobType.Data));
        Assert.Equal(2, vanishing.ListingCount);
    }

    [Fact(Timeout = Limit)]
    public async Task Packs_that_no_index_names_are_adopted_before_anything_is_written()
    {
        await _memory.RemoveAsync(await StoreAsync([1]), Stop);
        HashSet<StoreFile> known = [.. _memory.Files];
        await _memory.RemoveAsync(await StoreAsync([2]), Stop);
        StoreFile broken = _memory.Files.Single(file => file.Kind == StoreFileKind.Pack && !known.Contains(file));
        _memory[broken] = _memory[broken][..^1];
        await using IndexedRepository mine = await _repository.LoadIndexAsync(Stop);
        Assert.False(mine.Contains(IdOf([1]), BlobType.Data));
        await using IndexedRepository other = await _repository.LoadIndexAsync(Stop);

        // Every backup asks this for the tree of the one before.
        Assert.False(other.Contains(IdOf([1]), BlobType.Tree));
        AdoptedPacks adopted = await other.AdoptStrayPacksAsync(Stop);

        Assert.Equal(1, adopted.Count);
        Assert.Equal(_memory.Files.Where(file => file.Kind == StoreFileKind.Pack && file != broken).Sum(file => _memory[file].Length), adopted.Bytes);
        Assert.Equal(default, await other.AdoptStrayPacksAsync(Stop));
        await mine.RefreshAsync(Stop);
        Assert.Equal([1], await mine.Reader.ReadAsync(IdOf([1]), BlobType.Data, Stop));
        Assert.False(mine.Contains(IdOf([2]), BlobType.Data));
    }

    [Fact(Timeout = Limit)]
    public async Task Pack_whose_header_is_sound_and_whose_content_is_not_is_not_adopted()
    {
        await _memory.RemoveAsync(await StoreAsync([.. new byte[100], 1]), Stop);
        StoreFile pack = _memory.Files.Single(file => file.Kind == StoreFileKind.Pack);
        _memory[pack][50] ^= 1;
        await using IndexedRepository mine = await _repository.LoadIndexAsync(Stop);

        Assert.Equal(default, await mine.AdoptStrayPacksAsync(Stop));

        Assert.False(mine.Contains(IdOf([.. new byte[100], 1]), BlobType.Data));
    }

    [Fact(Timeout = Limit)]
    public async Task Packs_of_a_writer_that_is_in_use_are_not_adopted()
    {
        await using IndexedRepository mine = await _repository.LoadIndexAsync(Stop);
        await PutAsync(mine.Writer, [1]);
        await _memory.RemoveAsync(await StoreAsync([2]), Stop);

        Assert.Equal(default, await mine.AdoptStrayPacksAsync(Stop));

        Assert.False(mine.Contains(IdOf([2]), BlobType.Data));
    }

    private async Task<StoreFile> StoreAsync(byte[] content)
    {
        HashSet<StoreFile> before = [.. _memory.Files];
        await using IndexedRepository other = await _repository.LoadIndexAsync(Stop);
        await PutAsync(other.Writer, content);
        await other.Writer.FlushAsync(Stop);
        return _memory.Files.Single(file => file.Kind == StoreFileKind.Index && !before.Contains(file));
    }
}
