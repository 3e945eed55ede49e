using System.Runtime.InteropServices;
using BenchmarkDotNet.Running;
using HandyBackup.Benchmarks;
using HandyBackup.Benchmarks.Fleet;
using HandyBackup.Benchmarks.Indexes;
using HandyBackup.Benchmarks.Stages;
using HandyBackup.Contracts;

if (!OperatingSystem.IsLinux())
{
    await Console.Error.WriteLineAsync("The benchmarks read CPU time and peak memory from /proc, so they run on Linux only.");
    return 2;
}

if (args is ["--help"])
{
    Console.WriteLine(BenchmarkOptions.Usage);
    return 0;
}

if (args is ["--stages", ..])
{
    BenchmarkSwitcher.FromAssembly(typeof(ParityBenchmark).Assembly).Run(args[1..]);
    return 0;
}

if (args is [AskingPanel.Option, var dataPath])
{
    await AskingPanel.RunAsync(dataPath, CancellationToken.None);
    return 0;
}

using var stop = new CancellationTokenSource();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

try
{
    BenchmarkOptions options = BenchmarkOptions.Parse(args);
    await (options switch
    {
        { IndexBlobs: { } blobs } => new IndexMeasurement(blobs, Console.Out).RunAsync(stop.Token),
        { FleetAgents: { } agents } => FleetSession.RunAsync(options, agents, stop.Token),
        _ => BenchmarkSession.RunAsync(options, stop.Token),
    });
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Stopped.");
    return 1;
}
catch (Exception exception) when (exception is BenchmarkException or HandyBackupException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return 1;
}

// Instead of an end at once, so that processes and temporary data are cleaned up first.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
