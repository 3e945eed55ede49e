using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>What the index files say before the repair: which of them can be read, and what each names.</summary>
internal sealed class IndexSurvey(OpenRepository repository)
{
    private readonly Dictionary<IndexId, List<PackId>> _packsOf = [];

    /// <summary>All that the sound files name.</summary>
    public BlobIndex Blobs { get; } = new();

    /// <summary>Files that cannot be read, or that others replace.</summary>
    public HashSet<IndexId> Useless { get; } = [];

    /// <summary>The sound files, and the packs that each names. Not those that others replace.</summary>
    public IReadOnlyDictionary<IndexId, List<PackId>> PacksOf => _packsOf;

    /// <summary>Loads the index files, one after the other. A damaged file that parity brings back counts as sound.</summary>
    /// <exception cref="HandyBackupException">A store error.</exception>
    public async Task<IndexSurvey> LoadAsync(CancellationToken cancellationToken)
    {
        var files = new IndexFiles(repository.Files);
        HashSet<IndexId> listed = await files.ListAsync(cancellationToken);
        HashSet<IndexId> superseded = [];
        foreach (IndexId id in listed)
        {
            if (await TryLoadAsync(files, id, cancellationToken) is { } content)
            {
                superseded.UnionWith(content.Supersedes);
                _packsOf[id] = [.. Enumerable.Range(0, content.PackCount).Select(number => PackOf(content, number))];
            }
            else
            {
                Useless.Add(id);
            }
        }

        superseded.IntersectWith(listed);
        foreach (IndexId id in superseded)
        {
            Useless.Add(id);
            _packsOf.Remove(id);
        }

        foreach (IndexId id in _packsOf.Keys)
        {
            if (await TryLoadAsync(files, id, cancellationToken) is { } content)
            {
                Add(content);
            }
        }

        return this;
    }

    private static PackId PackOf(IndexFileContent content, int number)
    {
        content.GetPack(number, out PackId pack);
        return pack;
    }

    private static async Task<IndexFileContent?> TryLoadAsync(IndexFiles files, IndexId id, CancellationToken cancellationToken)
    {
        try
        {
            return await files.FindAsync(id, cancellationToken);
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.IndexDamaged)
        {
            return null;
        }
    }

    private void Add(IndexFileContent content)
    {
        for (int i = 0; i < content.PackCount; i++)
        {
            ReadOnlySpan<PackedBlob> blobs = content.GetPack(i, out PackId pack);
            Blobs.Add(pack, blobs);
        }
    }
}
