namespace HandyBackup.Shell.Tests;

/// <summary>Who reads the output may stop, as <c>head</c> does.</summary>
public class ClosedOutputTests
{
    [Fact]
    public async Task Script_ends_quietly_when_nobody_reads_its_output_but_cleans_up()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not tell that a pipe has no reader.");
        using var file = new ScriptFile("""
            param($Folder)
            try { 1..1000000 | ForEach-Object { "line $_" }; [IO.File]::WriteAllText("$Folder/end", '') }
            catch { [IO.File]::WriteAllText("$Folder/caught", '') }
            finally { Write-Host 'cleaning up'; [IO.File]::WriteAllText("$Folder/cleaned", '') }
            """);
        string folder = Path.GetDirectoryName(file.Path)!;

        (int exitCode, string? line, string error) = await ShellProgram.RunForOneLineAsync([file.Path, folder]);

        Assert.Equal("line 1", line);
        Assert.Equal("", error);
        Assert.Equal(141, exitCode);
        Assert.Equal(["cleaned"], Directory.GetFiles(folder).Select(Path.GetFileName).Where(name => name != "script.ps1"));
    }
}
