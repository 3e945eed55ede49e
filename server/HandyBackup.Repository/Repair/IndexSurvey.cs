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

    /// <summary>True if nothing says that any index file is damaged, replaced or lost.</summary>
    public bool IsWhole => Useless.Count == 0 && _packsOf.Count > 0;

    /// <summary>The sound files, and the packs that each names. Not those that others replace.</summary>
    public IReadOnlyDictionary<IndexId, List<PackId>> PacksOf => _packsOf;

    /// <summary>Loads the index files, one after the other. A damaged file that parity brings back counts as sound.</summary>
    /// <exception cref="HandyBackupException">A store error.</exception>
    public async Task<IndexSurvey> LoadAsync(CancellationToken cancellationToken)
    {
        var files = new IndexFiles(repository.Files);
        Dictionary<IndexId, long> listed = await files.ListAsync(cancellationToken);
        HashSet<IndexId> superseded = [];
        var content = new IndexFileContent();
        foreach (IndexId id in listed.Keys)
        {
            if (await TryLoadAsync(files, id, content, cancellationToken))
            {
                superseded.UnionWith(content.Supersedes);
                _packsOf[id] = [.. Enumerable.Range(0, content.PackCount).Select(number => PackOf(content, number))];
            }
            else
            {
                Useless.Add(id);
            }
        }

        superseded.IntersectWith(listed.Keys);
        foreach (IndexId id in superseded)
        {
            Useless.Add(id);
            _packsOf.Remove(id);
        }

        foreach (IndexId id in _packsOf.Keys)
        {
            if (await TryLoadAsync(files, id, content, cancellationToken))
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

    private static async Task<bool> TryLoadAsync(IndexFiles files, IndexId id, IndexFileContent content, CancellationToken cancellationToken)
    {
        try
        {
            return await files.TryLoadAsync(id, content, cancellationToken);
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.IndexDamaged)
        {
            return false;
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
