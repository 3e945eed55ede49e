using System.Collections.Concurrent;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Loads index files on all processors.</summary>
internal sealed class IndexLoader(IndexFiles files)
{
    /// <summary>Loads files into an index.</summary>
    /// <param name="blobs">Takes in what the files say.</param>
    /// <param name="ids">The files.</param>
    /// <param name="onDamage">Is told of each damaged file, from several threads; null to fail at the first.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.IndexDamaged"/> naming the file, or a store error.</exception>
    public async Task<IndexLoadResult> LoadAsync(
        IBlobSink blobs, IEnumerable<IndexId> ids, Action<HandyBackupException>? onDamage, CancellationToken cancellationToken)
    {
        HashSet<IndexId> superseded = [];
        bool hasVanished = false;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        ConcurrentBag<IndexFileContent> contents = [];
        await Parallel.ForEachAsync(ids, options, async (id, token) =>
        {
            if (!contents.TryTake(out IndexFileContent? content))
            {
                content = new IndexFileContent();
            }

            try
            {
                bool isFound = await files.TryLoadAsync(id, content, token);
                if (isFound)
                {
                    Add(blobs, content);
                }

                lock (superseded)
                {
                    hasVanished |= !isFound;
                    superseded.UnionWith(isFound ? content.Supersedes : []);
                }
            }
            catch (HandyBackupException e) when (e.Code == ErrorCode.IndexDamaged && onDamage is not null)
            {
                onDamage(e);
            }

            contents.Add(content);
        });
        return new IndexLoadResult(superseded, hasVanished);
    }

    private static void Add(IBlobSink blobs, IndexFileContent content)
    {
        for (int i = 0; i < content.PackCount; i++)
        {
            ReadOnlySpan<PackedBlob> packed = content.GetPack(i, out PackId pack);
            blobs.Add(pack, packed);
        }
    }
}
