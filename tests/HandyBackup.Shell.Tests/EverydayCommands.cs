using System.Globalization;

namespace HandyBackup.Shell.Tests;

/// <summary>Runs commands one after the other in one shell: most of what a process of their own would take is its start.</summary>
public sealed class EverydayCommands : IAsyncLifetime
{
    private const string Mark = "#### ";

    private string[] _outputs = [];

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        // A script block for each, as variables and preferences of one must not reach the next; only the last one moves to another folder.
        IEnumerable<string> lines = EverydayCommandTests.Commands.Select((row, number) => string.Create(CultureInfo.InvariantCulture, $"'{Mark}{number}'\n& {{ {row.Data.Item1} }}"));
        using var script = new ScriptFile(string.Join('\n', lines));
        (int exitCode, string output, string error) = await ShellProgram.RunAsync(["-File", script.Path]);
        Assert.True(exitCode == 0 && error.Length == 0, $"exit code {exitCode}: {error}");
        _outputs = [.. $"\n{output.ReplaceLineEndings("\n")}".Split($"\n{Mark}").Skip(1)];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>What a command wrote, without the last line end.</summary>
    public string OutputOf(string command)
    {
        int number = EverydayCommandTests.Commands.Select(row => row.Data.Item1).ToList().IndexOf(command);
        string[] parts = _outputs[number].Split('\n', 2);
        Assert.Equal(number.ToString(CultureInfo.InvariantCulture), parts[0]);
        return parts.Length == 1 ? "" : parts[1].TrimEnd('\n');
    }
}
