namespace HandyBackup.Shell.Tests;

/// <summary>Each everyday command does what its namesake in full PowerShell does.</summary>
public class EverydayCommandTests(EverydayCommands commands) : IClassFixture<EverydayCommands>
{
    /// <summary>Commands and what they write.</summary>
    public static TheoryData<string, string> Commands => new()
    {
        { "Write-Output 1 2", "1\n2" },
        { "Write-Host a b -NoNewline; Write-Host c", "a bc" },
        { "5,3,4 | Sort-Object", "3\n4\n5" },
        { "5,3,5 | Sort-Object -Descending -Unique", "5\n3" },
        { "'b1','a1','b2','a2' | Sort-Object { $_[0] }", "a1\na2\nb1\nb2" },
        { "1..9 | Select-Object -Skip 2 -First 3", "3\n4\n5" },
        { "1..9 | Select-Object -Last 2", "8\n9" },
        { "1,1,2 | Select-Object -Unique", "1\n2" },
        { "'abc' | Select-Object -ExpandProperty Length", "3" },
        { "('abc' | Select-Object Length, @{ Name = 'Twice'; Expression = { $_ + $_ } }).Twice", "abcabc" },
        { "Test-Path /no/such/path", "False" },
        { "Test-Path . -PathType Container", "True" },
        { "Test-Path . -PathType Leaf", "False" },
        { "Split-Path (Join-Path a b c) -Leaf", "c" },
        { "(Split-Path (Join-Path a b)) -eq 'a'", "True" },
        { "Set-Location /; (Get-Location).Path -eq (Resolve-Path /).Path", "True" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_gives(string command, string expected) => Assert.Equal(expected, commands.OutputOf(command));

    [Fact]
    public async Task Tables_and_lists_are_the_engines_own() =>
        Assert.Equal(
            "\nName Size\n---- ----\na       1\n\n\nName : a\nSize : 1",
            (await ShellProgram.OutputOfAsync("$o = [pscustomobject]@{ Name = 'a'; Size = 1 }; $o | Format-Table; $o | Format-List")).TrimEnd());

    [Fact]
    public async Task Objects_of_the_module_are_shown_in_tables_of_their_own()
    {
        const string Script = """
            [pscustomobject]@{ PSTypeName = 'HandyBackup.Module.A'; First = 1 }, 'text', [pscustomobject]@{ PSTypeName = 'HandyBackup.Module.A'; First = 2 }
            [pscustomobject]@{ PSTypeName = 'HandyBackup.Module.B'; Second = 3 }
            [pscustomobject]@{ Third = 4 } | Format-Table
            [pscustomobject]@{ PSTypeName = 'HandyBackup.Module.A'; First = 5 }
            """;
        Assert.Equal(
            "First\n-----\n    1\ntext\n    2\nSecond\n------\n     3\nThird\n-----\n    4\nFirst\n-----\n    5",
            string.Join('\n', (await ShellProgram.OutputOfAsync(Script)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd())));
    }

    [Fact]
    public async Task Errors_and_warnings_go_to_standard_error()
    {
        (_, string output, string error) = await ShellProgram.RunAsync(["-Command", "Write-Warning careful; Write-Error wrong; 'result'"]);
        Assert.Equal("result", output.Trim());
        Assert.Contains("WARNING: careful", error, StringComparison.Ordinal);
        Assert.Contains("wrong", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verbose_text_shows_only_when_asked_for()
    {
        Assert.Equal("", await ShellProgram.OutputOfAsync("Write-Verbose hidden"));
        Assert.Equal("VERBOSE: shown", await ShellProgram.OutputOfAsync("Write-Verbose shown -Verbose"));
    }
}
