using System.Diagnostics;
using System.Text;

namespace HandyBackup.EndToEnd.Tests.Hosting;

/// <summary>Runs programs of the system and reads their output to its end.</summary>
internal static class SystemProgram
{
    /// <summary>Runs a program that must succeed. Its output's bytes become the characters of equal number: names need not be valid UTF-8.</summary>
    public static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, string folder, params (string Name, string Value)[] environment)
    {
        ProgramResult result = await TryRunAsync(program, arguments, folder, environment);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with exit code {result.ExitCode}: {result.Errors}");
    }

    /// <summary>The same for a program that may fail.</summary>
    public static async Task<ProgramResult> TryRunAsync(string program, IReadOnlyList<string> arguments, string folder, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.Latin1,
            StandardErrorEncoding = Encoding.Latin1,
            WorkingDirectory = folder,
        };
        start.Environment["LC_ALL"] = "C";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        CancellationToken token = TestContext.Current.CancellationToken;
        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration registration = token.Register(() => process.Kill(entireProcessTree: true));
        Task<string> errors = process.StandardError.ReadToEndAsync(token);
        string output = await process.StandardOutput.ReadToEndAsync(token);
        await process.WaitForExitAsync(token);
        return new ProgramResult(process.ExitCode, output, await errors);
    }

    /// <summary>Runs a script of bash that must succeed.</summary>
    public static Task<string> ShellAsync(string script, string folder) => RunAsync("bash", ["-euo", "pipefail", "-c", script], folder);

    /// <summary>Removes a folder with whatever names and rights are in it, which .NET cannot.</summary>
    public static void DeleteTree(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.Delete(folder, recursive: true);
            return;
        }

        using Process process = Process.Start("rm", ["-rf", "--", folder]);
        process.WaitForExit();
    }
}

/// <summary>How a program ended.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors);
