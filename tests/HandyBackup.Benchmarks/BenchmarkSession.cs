using System.Diagnostics;
using System.Globalization;
using HandyBackup.Benchmarks.Measuring;
using HandyBackup.Benchmarks.Programs;
using HandyBackup.Benchmarks.Reporting;
using HandyBackup.Benchmarks.Stages;
using HandyBackup.Benchmarks.Workloads;

namespace HandyBackup.Benchmarks;

/// <summary>One run of the benchmarks: programs take turns, operation by operation, so that a busy minute of the machine hits all alike.</summary>
internal sealed class BenchmarkSession
{
    private const string RamDisk = "/dev/shm";
    private const int LimitRuns = 3;

    // ext4 passes over every inode that was deleted within the last minute, and five minutes more while its table was not written (find_inode_bit in
    // fs/ext4/ialloc.c): a restore after a deletion would measure that search.
    private static readonly TimeSpan s_inodeRest = TimeSpan.FromSeconds(61);

    private readonly BenchmarkOptions _options;
    private readonly string _folder;
    private readonly bool _isDisk;
    private readonly IReadOnlyList<IBackupProgram> _programs;
    private readonly List<string> _restored = [];
    private int _repositories;
    private int _restores;

    private BenchmarkSession(BenchmarkOptions options, string folder, bool isDisk, IReadOnlyList<IBackupProgram> programs)
    {
        _options = options;
        _folder = folder;
        _isDisk = isDisk;
        _programs = programs;
    }

    /// <summary>Measures what the options ask for, shows the page, and writes it where they say. All temporary data is gone afterwards.</summary>
    public static async Task RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        IReadOnlyList<Workload> workloads = Workload.Select(options.Workloads);
        string? output = options.Output ?? (options.Scale < 1 ? null : BenchmarkOptions.FindPage());
        BenchmarkPage? page = null;
        foreach (string place in options.Places)
        {
            using var work = new WorkFolder(place == "ram" ? RamDisk : options.Disk);
            await using HandyBackupProgram ours = await HandyBackupProgram.StartAsync(work.FullPath, cancellationToken);
            List<IBackupProgram> programs = [ours, .. SelectOthers(options.Programs, work.FullPath)];
            page ??= await BenchmarkPage.CreateAsync(options, programs, output, cancellationToken);
            var session = new BenchmarkSession(options, work.FullPath, isDisk: place != "ram", programs);
            await session.WarmUpAsync(ours, cancellationToken);
            foreach (Workload workload in workloads)
            {
                page.Add(await session.MeasureAsync(workload, place, cancellationToken), new DriveInfo(work.FullPath).DriveFormat);
                await page.SaveAsync(cancellationToken);
            }
        }

        Console.WriteLine(page);
    }

    // A server in service has long compiled the paths it uses; restic and borg are compiled, or start anew each time.
    private async Task WarmUpAsync(HandyBackupProgram ours, CancellationToken cancellationToken)
    {
        Say("Warming up");
        Workload workload = Workload.All[0];
        string source = workload.Prepare("", _options.Scale);
        string repository = NewRepositoryFolder();
        await ours.CreateRepositoryAsync(repository, cancellationToken);
        foreach (Operation operation in (IEnumerable<Operation>)[.. workload.Operations, Operation.Prune])
        {
            await MeasureAsync(ours, repository, operation, source, cancellationToken);
        }

        Directory.Delete(repository, recursive: true);
    }

    private async Task<WorkloadResult> MeasureAsync(Workload workload, string place, CancellationToken cancellationToken)
    {
        Say($"{workload.Name}: reading");
        using var sources = new WorkFolder(Path.GetTempPath());
        string source = workload.Prepare(sources.FullPath, _options.Scale);
        (long files, long bytes) = FolderContent.Read(source, cancellationToken);
        var result = new WorkloadResult(workload, place, files, bytes);
        if (workload.Operations.Contains(Operation.FirstBackup))
        {
            Say($"{workload.Name}: physical limit");
            for (int i = 0; i < LimitRuns; i++)
            {
                // Its figures outlive it. The fastest counts: what else the machine does can only make it slower.
                using PhysicalLimit limit = PhysicalLimit.Measure(source, cancellationToken);
                result.Limit = result.Limit is { } best && best.Total < limit.Total ? best : limit;
            }
        }

        for (int round = 1; round <= _options.Runs; round++)
        {
            await MeasureRoundAsync(result, source, round, cancellationToken);
        }

        return result;
    }

    private async Task MeasureRoundAsync(WorkloadResult result, string source, int round, CancellationToken cancellationToken)
    {
        Dictionary<IBackupProgram, string> repositories = [];
        foreach (IBackupProgram program in _programs)
        {
            repositories[program] = NewRepositoryFolder();
            await program.CreateRepositoryAsync(repositories[program], cancellationToken);
        }

        await MakeHistoryAsync(result.Workload, source, round, cancellationToken);
        foreach (Operation operation in result.Workload.Operations)
        {
            if (operation == Operation.ChangedBackup)
            {
                result.Workload.Change!(source, round);
            }

            if (operation == Operation.Restore && _isDisk)
            {
                await SettleAsync(cancellationToken);
            }

            for (int turn = 0; turn < _programs.Count; turn++)
            {
                // Each round begins with another program.
                IBackupProgram program = _programs[(turn + round) % _programs.Count];
                Measurement measurement = await MeasureAsync(program, repositories[program], operation, source, cancellationToken);
                result.Add(program.Name, operation, measurement);
                result.SetRepositorySize(program.Name, operation, FolderContent.Size(repositories[program]));
                Say(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{result.Workload.Name} {round}/{_options.Runs} {operation,-15} {program.Name,-12} {measurement.Wall.TotalSeconds,7:f2} s, CPU {measurement.Processor.TotalSeconds,7:f2} s, {measurement.PeakMemory / 1e6,5:f0} MB"));
            }
        }

        foreach (string repository in repositories.Values)
        {
            Directory.Delete(repository, recursive: true);
        }
    }

    // Not timed: many snapshots, of which the older half is forgotten.
    private async Task MakeHistoryAsync(Workload workload, string source, int round, CancellationToken cancellationToken)
    {
        int snapshots = workload.Snapshots > 0 ? Workload.Scaled(workload.Snapshots, _options.Scale) : 0;
        for (int step = 0; step < snapshots; step++)
        {
            workload.Change!(source, (round * snapshots) + step);
            foreach (IBackupProgram program in _programs)
            {
                await program.BackUpAsync(source, cancellationToken);
            }
        }

        foreach (IBackupProgram program in snapshots > 0 ? _programs : [])
        {
            await program.ForgetAsync(snapshots / 2, cancellationToken);
        }
    }

    private async Task<Measurement> MeasureAsync(IBackupProgram program, string repository, Operation operation, string source, CancellationToken cancellationToken)
    {
        // borg drops what it has read from the page cache, and some systems what nobody has read for a while: whoever comes next would wait for the disk.
        FolderContent.Read(IsBackup(operation) ? source : repository, cancellationToken);
        switch (operation)
        {
            case var backup when IsBackup(backup):
                return await program.BackUpAsync(source, cancellationToken);
            case Operation.Restore:
                return await MeasureRestoreAsync(program, source, cancellationToken);
            case Operation.Check:
                return await program.CheckAsync(cancellationToken);
            case Operation.Prune:
                return await program.PruneAsync(cancellationToken);
            default:
                throw new ArgumentOutOfRangeException(nameof(operation), operation, null);
        }
    }

    private async Task<Measurement> MeasureRestoreAsync(IBackupProgram program, string source, CancellationToken cancellationToken)
    {
        string destination = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"restored-{++_restores}"));
        Directory.CreateDirectory(destination);
        Measurement measurement = await program.RestoreAsync(destination, cancellationToken);
        Verify(program, source, destination, cancellationToken);
        _restored.Add(destination);
        if (!_isDisk)
        {
            DeleteRestored();
        }

        return measurement;
    }

    // Before restores to a disk: nothing is deleted between those that are compared, and what was deleted before is forgotten.
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        DeleteRestored();
        using (var sync = Process.Start("sync"))
        {
            await sync.WaitForExitAsync(cancellationToken);
        }

        await Task.Delay(s_inodeRest, cancellationToken);
    }

    private void DeleteRestored()
    {
        foreach (string folder in _restored)
        {
            Directory.Delete(folder, recursive: true);
        }

        _restored.Clear();
    }

    private static bool IsBackup(Operation operation) => operation is Operation.FirstBackup or Operation.UnchangedBackup or Operation.ChangedBackup;

    private static void Verify(IBackupProgram program, string source, string destination, CancellationToken cancellationToken)
    {
        try
        {
            FolderContent.Verify(source, Path.Join(destination, source), cancellationToken);
        }
        catch (BenchmarkException exception)
        {
            throw new BenchmarkException($"{program.Name}: {exception.Message} Did anything change '{source}' meanwhile?");
        }
    }

    private string NewRepositoryFolder() => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"repository-{++_repositories}"));

    private static IEnumerable<IBackupProgram> SelectOthers(IReadOnlyList<string>? names, string folder)
    {
        (string Name, IBackupProgram Program)[] known = [("restic", new ResticProgram(folder)), ("borg", new BorgProgram(folder))];
        foreach ((string name, IBackupProgram program) in known)
        {
            bool installed = IsInstalled(name);
            if (names is null ? installed : names.Contains(name))
            {
                yield return installed ? program : throw new BenchmarkException($"'{name}' is not installed.");
            }
        }
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, program)));

    private static void Say(string text) => Console.WriteLine(text);
}
