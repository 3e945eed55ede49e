using HandyBackup.Benchmarks;
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

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    await BenchmarkSession.RunAsync(BenchmarkOptions.Parse(args), stop.Token);
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
