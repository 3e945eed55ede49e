using System.Diagnostics;
using System.Globalization;

namespace HandyBackup.EndToEnd.Tests.Fleet.Kit;

/// <summary>A program of the product as a process, perhaps on a machine of its own. Killed at the end if it still runs.</summary>
internal sealed class FleetProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_endLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly List<string> _said = [];

    private FleetProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
    }

    /// <summary>The process.</summary>
    public int Id => _process.Id;

    /// <summary>True if it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>What it wrote to both of its outputs so far, line by line.</summary>
    public IReadOnlyList<string> Said
    {
        get
        {
            lock (_said)
            {
                return [.. _said];
            }
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="host">The machine that it runs on; null for this one.</param>
    /// <param name="program">The executable.</param>
    /// <param name="arguments">Its arguments.</param>
    public static FleetProcess Start(LabHost? host, string program, params IEnumerable<string> arguments)
    {
        (string file, IEnumerable<string> words) = host?.Command(program, arguments) ?? (program, arguments);
        return new FleetProcess(Process.Start(new ProcessStartInfo(file, words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
    }

    /// <summary>Ends it as a loss of power would.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>Takes all processor time from it, as a machine that sleeps does, until <see cref="ThawAsync"/>.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>Lets it go on.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(s_endLimit, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, kill.ExitCode);
    }

    private void Add(string? line)
    {
        if (line is not null)
        {
            lock (_said)
            {
                _said.Add(line);
            }
        }
    }
}
