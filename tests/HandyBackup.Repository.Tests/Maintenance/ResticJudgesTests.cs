using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;
using static HandyBackup.Repository.Tests.Packs.TestBlobs;

namespace HandyBackup.Repository.Tests.Maintenance;

/// <summary>What we write passes restic's check and restores; what restic writes passes ours and reads back.</summary>
public sealed class ResticJudgesTests : IAsyncDisposable
{
    private const int Limit = 240_000;

    private readonly TempFolder _folder = new();
    private readonly LocalStore _store;

    public ResticJudgesTests() => _store = new LocalStore(_folder.Combine("repository"), TimeProvider.System);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private ResticProgram Restic => ResticProgram.OrSkip(_folder.Combine("repository"), TestRepository.Password);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Theory(Timeout = Limit)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_we_write_passes_restics_check_and_restores(int version)
    {
        ResticProgram restic = Restic;
        await using OpenRepository repository = await TestRepository.CreateAsync(_store, version);
        await using IndexedRepository indexed = await repository.LoadIndexAsync(Stop);
        var random = new Random(version);
        List<(string Name, byte[][] Blobs)> files = [.. Enumerable.Range(0, 40).Select(i => ($"file {i}", RandomBlobs(random, i)))];
        byte[] compressible = [.. Enumerable.Range(0, 3_000_000).Select(i => (byte)(i / 1000))];
        files.Add(("compressible", [compressible, compressible, [], [1]]));
        files.Add(("large", [RandomOf(random, PackFormat.TargetSize + 1)]));
        await Parallel.ForEachAsync(files.SelectMany(file => file.Blobs), Stop, async (blob, _) => await PutAsync(indexed.Writer, blob, compressed: blob.Length % 2 == 0));
        SnapshotId id = await SaveSnapshotAsync(indexed, files);
        await SaveSnapshotAsync(indexed, [.. files, ("one more", [[1, 2, 3], compressible])]);

        (await restic.CheckAsync(readData: true, Stop)).Failed("not found in index");
        await PutAsync(indexed.Writer, [1, 2, 3]);
        await indexed.Writer.FlushAsync(Stop);
        ResticResult check = (await restic.CheckAsync(readData: true, Stop)).Succeeded();
        Assert.Contains("no errors were found", check.Output, StringComparison.Ordinal);
        (await restic.RestoreAsync(id.ToString(), _folder.Combine("restored"), Stop)).Succeeded();
        foreach ((string name, byte[][] blobs) in files)
        {
            Assert.Equal(blobs.SelectMany(blob => blob).ToArray(), await File.ReadAllBytesAsync(_folder.Combine("restored", "folder", name), Stop));
        }
    }

    [Theory(Timeout = Limit)]
    [InlineData(1, "auto")]
    [InlineData(2, "off")]
    [InlineData(2, "auto")]
    [InlineData(2, "max")]
    public async Task What_restic_writes_passes_our_check_and_every_blob_reads_back(int version, string compression)
    {
        ResticProgram restic = Restic;
        await TestRepository.InitByResticAsync(restic, _store, version);
        string[] options = version == 1 ? [] : ["--compression", compression];
        string source = _folder.Combine("source");
        Directory.CreateDirectory(Path.Combine(source, "empty folder"));
        var random = new Random(version);
        for (int backup = 0; backup < 2; backup++)
        {
            for (int i = 0; i < 50; i++)
            {
                await File.WriteAllBytesAsync(Path.Combine(source, $"{backup} {i}"), i % 2 == 0 ? RandomOf(random, i * 20_000) : new byte[i * 30_000], Stop);
            }

            (await restic.BackupAsync(source, options, Stop)).Succeeded();
        }

        await using OpenRepository repository = await OpenRepository.OpenAsync(_store, TestRepository.Password, TimeProvider.System, Stop);
        foreach (bool readData in (bool[])[false, true])
        {
            Assert.Empty(await TestRepository.ToListAsync(RepositoryCheck.RunAsync(repository, new CheckOptions { Data = readData ? CheckedData.All : CheckedData.None }, new Progress<RunProgress>(), Stop)));
        }

        await using IndexedRepository indexed = await repository.LoadIndexAsync(Stop);
        Assert.Equal(2, await CountFilesAsync(indexed));
        await AddToAsync(indexed);
        (await restic.CheckAsync(readData: true, Stop)).Succeeded();

        // After a prune there are other packs and other index files.
        (await restic.RunAsync(["forget", "--keep-last", "1", "--prune", "--max-unused", "0"], Stop)).Succeeded();
        Assert.Empty(await TestRepository.ToListAsync(RepositoryCheck.RunAsync(repository, new CheckOptions { Data = CheckedData.All }, new Progress<RunProgress>(), Stop)));
        await indexed.RefreshAsync(Stop);
        await AddToAsync(indexed);
        Assert.Empty(await TestRepository.ToListAsync(RepositoryCheck.RunAsync(repository, new CheckOptions { Data = CheckedData.All }, new Progress<RunProgress>(), Stop)));
    }

    private static byte[] RandomOf(Random random, int length)
    {
        byte[] content = new byte[length];
        random.NextBytes(content);
        return content;
    }

    private static byte[][] RandomBlobs(Random random, int count) => [.. Enumerable.Range(0, count % 7).Select(_ => RandomContent(random, 300_000))];

    private static async Task AddToAsync(IndexedRepository indexed)
    {
        byte[] content = [7, 7, 7];
        await PutAsync(indexed.Writer, content);
        await SaveSnapshotAsync(indexed, [("ours", [content])]);
    }

    /// <summary>Reads all trees and contents of all snapshots, and returns how many snapshots there are.</summary>
    private static async Task<int> CountFilesAsync(IndexedRepository indexed)
    {
        int count = 0;
        await foreach (SnapshotEntry entry in indexed.Repository.Snapshots.ListAsync(Stop))
        {
            count++;
            var folders = new Stack<BlobId>([entry.Snapshot!.Tree]);
            while (folders.TryPop(out BlobId folder))
            {
                foreach (TreeNode node in TreeReader.Read(await indexed.Reader.ReadAsync(folder, BlobType.Tree, Stop)))
                {
                    long size = 0;
                    foreach (BlobId id in node.Content ?? [])
                    {
                        size += (await indexed.Reader.ReadAsync(id, BlobType.Data, Stop)).Length;
                    }

                    Assert.Equal((long)node.Size, size);
                    if (node.Subtree is { } subtree)
                    {
                        folders.Push(subtree);
                    }
                }
            }
        }

        return count;
    }
}
