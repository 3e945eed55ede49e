using System.Diagnostics;

namespace HandyBackup.Shell.Tests;

/// <summary>Runs the real shell program as a process of its own.</summary>
internal static class ShellProgram
{
    /// <summary>Runs it to its end and gives what it wrote.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(IEnumerable<string> arguments, string input = "")
    {
        using CancellationTokenSource limit = Limit();
        using Process process = Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
        process.StandardInput.Close();
        await WaitAsync(process, limit.Token);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Runs it, reads one line of its output, closes that, and waits for the end.</summary>
    public static async Task<(int ExitCode, string? Line, string Error)> RunForOneLineAsync(IEnumerable<string> arguments)
    {
        using CancellationTokenSource limit = Limit();
        using Process process = Start(arguments);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
        string? line = await process.StandardOutput.ReadLineAsync(limit.Token);
        process.StandardOutput.Close();
        await WaitAsync(process, limit.Token);
        return (process.ExitCode, line, await error);
    }

    /// <summary>Runs a command text and gives its standard output without the last line end.</summary>
    public static async Task<string> OutputOfAsync(string command)
    {
        (int exitCode, string output, string error) = await RunAsync(["-Command", command]);
        Assert.True(exitCode == 0, $"exit code {exitCode}: {error}");
        return output.ReplaceLineEndings("\n").TrimEnd('\n');
    }

    private static CancellationTokenSource Limit()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        return limit;
    }

    private static Process Start(IEnumerable<string> arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "hb-shell.exe" : "hb-shell");
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static async Task WaitAsync(Process process, CancellationToken cancellationToken)
    {
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
