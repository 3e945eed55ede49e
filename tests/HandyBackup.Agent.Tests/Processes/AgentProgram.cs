using System.Diagnostics;
using System.Text;

namespace HandyBackup.Agent.Tests.Processes;

/// <summary>The program that was built, as a process of its own. Killed at the end if it still runs.</summary>
internal sealed class AgentProgram : IAsyncDisposable
{
    private static readonly string s_path = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "HandyBackup.Agent", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), OperatingSystem.IsWindows() ? "hb-agent.exe" : "hb-agent"));

    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private AgentProgram(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Both of its outputs so far.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    public static AgentProgram Start(params IEnumerable<string> arguments) => new(Process.Start(new ProcessStartInfo(s_path, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!);

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Said)> RunAsync(params IEnumerable<string> arguments)
    {
        await using AgentProgram program = Start(arguments);
        program._process.StandardInput.Close();
        return (await program.EndAsync(), program.Said);
    }

    /// <summary>Asks it to stop, as service managers do.</summary>
    public void Terminate()
    {
        using Process kill = Process.Start("kill", ["-TERM", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits for its end.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private void Add(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
        }
    }
}
