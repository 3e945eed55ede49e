namespace HandyBackup.Shell.Tests;

/// <summary>Exit codes are those that pwsh gives (about_pwsh).</summary>
public class ExitCodeTests
{
    [Theory]
    [InlineData("'fine'", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("throw 'broken'", 1)]
    [InlineData("$ErrorActionPreference = 'Stop'; Write-Error 'broken'; exit 9", 1)]
    [InlineData("Write-Error 'not fatal'; 'goes on'", 0)]
    [InlineData("if (", 1)]
    public async Task Script_file_gives(string script, int expected)
    {
        using var file = new ScriptFile(script);
        Assert.Equal(expected, (await ShellProgram.RunAsync(["-File", file.Path])).ExitCode);
    }

    [Theory]
    [InlineData("'fine'", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("throw 'broken'", 1)]
    [InlineData("Write-Error 'last command failed'", 1)]
    [InlineData("Write-Error 'broken'; 'but the last one is fine'", 0)]
    [InlineData("No-SuchCommand", 1)]
    public async Task Command_gives(string command, int expected) =>
        Assert.Equal(expected, (await ShellProgram.RunAsync(["-Command", command])).ExitCode);

    [Theory]
    [InlineData("-File")]
    [InlineData("-NoSuchOption")]
    [InlineData("no-such-script.ps1")]
    public async Task Senseless_arguments_give_64_and_say_how_to_use_it(string argument)
    {
        (int exitCode, _, string error) = await ShellProgram.RunAsync([argument]);
        Assert.Equal(64, exitCode);
        Assert.Contains("Usage:", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Script_called_by_a_script_ends_only_itself()
    {
        using var inner = new ScriptFile("exit 3");
        using var outer = new ScriptFile($"& '{inner.Path}'; \"inner gave $LASTEXITCODE\"; exit 4");
        (int exitCode, string output, _) = await ShellProgram.RunAsync([outer.Path]);
        Assert.Equal("inner gave 3", output.Trim());
        Assert.Equal(4, exitCode);
    }
}
