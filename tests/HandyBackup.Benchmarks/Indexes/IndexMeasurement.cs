using System.Globalization;
using HandyBackup.Contracts;
using HandyBackup.Repository;
using HandyBackup.Stores;

namespace HandyBackup.Benchmarks.Indexes;

/// <summary>Measures the index of a repository with many blobs: making its cache file, opening it, looking up, and writing it anew.</summary>
internal sealed class IndexMeasurement(int blobCount, TextWriter output)
{
    private const string Password = "benchmark";
    private const int LookUps = 1_000_000;
    private const int PacksPerFile = IndexFiles.MaxBlobs / GeneratedBlobs.PerPack;

    private static readonly TimeProvider s_time = TimeProvider.System;

    /// <summary>Runs all measurements in temporary folders: the repository in the RAM disk, the cache where temporary files are.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var place = new WorkFolder("/dev/shm");
        using var cachePlace = new WorkFolder(Path.GetTempPath());
        string cacheFolder = cachePlace.FullPath;
        await using var store = new LocalStore(Path.Join(place.FullPath, "repository"), s_time);
        var creation = new RepositoryCreation { UserName = "user", HostName = "host", ScryptCost = new ScryptCost(16, 1, 1) };
        await using OpenRepository repository = await OpenRepository.CreateAsync(store, Password, creation, s_time, cancellationToken);
        var files = new IndexFiles(repository.Files);
        await WriteIndexFilesAsync(files, cancellationToken);

        IndexCache Cache() => IndexCache.Of(cacheFolder, repository.Id)!;
        using (var heap = new HeapWatch())
        {
            long start = s_time.GetTimestamp();
            await using var index = new RepositoryIndex(files, Cache());
            await index.RefreshAsync(cancellationToken);
            Report("made from index files, s", s_time.GetElapsedTime(start).TotalSeconds);
            Report("managed heap meanwhile, MB", heap.PeakBytes / 1e6);
        }

        long opening = s_time.GetTimestamp();
        await using var opened = new RepositoryIndex(files, Cache());
        await opened.RefreshAsync(cancellationToken);
        Report("opened with the listing of index files, ms", s_time.GetElapsedTime(opening).TotalMilliseconds);
        string file = Path.Join(cacheFolder, repository.Id, opened.Blobs.Cached!.Name);
        opening = s_time.GetTimestamp();
        MappedIndex.Open(file, Sha256Hash.Parse(repository.Id));
        Report("cache file alone opened, ms", s_time.GetElapsedTime(opening).TotalMilliseconds);
        Report("bytes a blob", new FileInfo(file).Length / (double)blobCount);
        LookUp(opened.Blobs);
        Report("managed heap of the whole process with the open index, MB", GC.GetTotalMemory(forceFullCollection: true) / 1e6);
        await GrowAsync(opened, cancellationToken);
    }

    private async Task WriteIndexFilesAsync(IndexFiles files, CancellationToken cancellationToken)
    {
        int packCount = blobCount / GeneratedBlobs.PerPack;
        for (int first = 0; first < packCount; first += PacksPerFile)
        {
            await files.SaveAsync([.. Enumerable.Range(first, Math.Min(PacksPerFile, packCount - first)).Select(GeneratedBlobs.Pack)], cancellationToken);
        }
    }

    private void LookUp(BlobIndex index)
    {
        // The first round verifies the pages.
        foreach (string round in (string[])["first touch", "warm"])
        {
            Report($"hit, {round}, ns", Time(index, i => (int)((i * 7_919L) % blobCount), isKnown: true));
            Report($"miss, {round}, ns", Time(index, i => blobCount + i, isKnown: false));
        }
    }

    private static double Time(BlobIndex index, Func<int, int> choose, bool isKnown)
    {
        // CPU time, so that other work on the machine does not count.
        int right = 0;
        TimeSpan start = Environment.CpuUsage.TotalTime;
        for (int i = 0; i < LookUps; i++)
        {
            right += GeneratedBlobs.Key(choose(i)).Id.Hash.Prefix != 0 ? 1 : 0;
        }

        TimeSpan choosing = Environment.CpuUsage.TotalTime - start;
        start = Environment.CpuUsage.TotalTime;
        for (int i = 0; i < LookUps; i++)
        {
            right += index.Contains(GeneratedBlobs.Key(choose(i))) == isKnown ? 1 : 0;
        }

        TimeSpan all = Environment.CpuUsage.TotalTime - start;
        return right == 2 * LookUps ? (all - choosing).TotalNanoseconds / LookUps : throw new BenchmarkException("The index gave a wrong answer.");
    }

    private async Task GrowAsync(RepositoryIndex index, CancellationToken cancellationToken)
    {
        int first = blobCount / GeneratedBlobs.PerPack;
        BlobIndex before = index.Blobs;
        for (int file = 0; index.Blobs == before; file++)
        {
            long start = s_time.GetTimestamp();
            await index.SaveAsync([.. Enumerable.Range(first + (file * PacksPerFile), PacksPerFile).Select(GeneratedBlobs.Pack)], cancellationToken);
            await index.CompactedAsync(cancellationToken);
            if (index.Blobs != before)
            {
                Report($"cache file written anew after {index.Blobs.Count - before.Cached!.Count} blobs more, s", s_time.GetElapsedTime(start).TotalSeconds);
            }
        }
    }

    private void Report(string what, double value) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{blobCount} blobs: {what}: {value:0.00}"));

    /// <summary>Notes the most that the managed heap had, garbage included.</summary>
    private sealed class HeapWatch : IDisposable
    {
        private readonly ITimer _timer;
        private long _peak;

        public HeapWatch()
        {
            GC.Collect();
            _timer = s_time.CreateTimer(_ => Note(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
        }

        public long PeakBytes => Interlocked.Read(ref _peak);

        public void Dispose() => _timer.Dispose();

        private void Note()
        {
            long used = GC.GetTotalMemory(forceFullCollection: false);
            long peak;
            do
            {
                peak = Interlocked.Read(ref _peak);
            }
            while (used > peak && Interlocked.CompareExchange(ref _peak, used, peak) != peak);
        }
    }
}
