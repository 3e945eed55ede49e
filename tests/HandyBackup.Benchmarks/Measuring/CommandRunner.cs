using System.Diagnostics;

namespace HandyBackup.Benchmarks.Measuring;

/// <summary>Runs commands one after the other and measures them.</summary>
/// <param name="environment">Variables that every command gets.</param>
internal sealed class CommandRunner(IReadOnlyDictionary<string, string> environment)
{
    private static readonly TimeSpan s_memoryInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>Runs a command to its end. Nothing else that this process started may end meanwhile, since its CPU time would be counted too.</summary>
    /// <param name="program">The program's name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">The folder it works in.</param>
    /// <param name="cancellationToken">Kills the command.</param>
    /// <returns>The figures and what the command wrote to its standard output.</returns>
    /// <exception cref="BenchmarkException">It failed.</exception>
    public async Task<(Measurement Figures, string Output)> RunAsync(string program, IReadOnlyList<string> arguments, string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        TimeSpan processorBefore = ProcessFigures.ProcessorTimeOfEndedChildren();
        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
        Task<TimeSpan> wall = WaitAsync(process, started, cancellationToken);
        long peak = await WatchMemoryAsync(process.Id, wall, cancellationToken);
        var figures = new Measurement(await wall, ProcessFigures.ProcessorTimeOfEndedChildren() - processorBefore, peak);
        return process.ExitCode == 0
            ? (figures, await output)
            : throw new BenchmarkException($"'{program} {string.Join(' ', arguments)}' ended with exit code {process.ExitCode}: {await errors}");
    }

    private static async Task<TimeSpan> WaitAsync(Process process, long started, CancellationToken cancellationToken)
    {
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return Stopwatch.GetElapsedTime(started);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }

    // The resource usage that the kernel reports for an ended child would not do: its peak includes the memory of the process that started it.
    private static async Task<long> WatchMemoryAsync(int processId, Task ended, CancellationToken cancellationToken)
    {
        long peak = 0;
        using var timer = new PeriodicTimer(s_memoryInterval);
        while (!ended.IsCompleted)
        {
            peak = Math.Max(peak, ProcessFigures.PeakMemory(processId));
            await Task.WhenAny(ended, timer.WaitForNextTickAsync(cancellationToken).AsTask());
        }

        return peak;
    }
}
