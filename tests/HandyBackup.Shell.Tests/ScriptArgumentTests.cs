namespace HandyBackup.Shell.Tests;

public class ScriptArgumentTests
{
    [Fact]
    public async Task Names_switches_and_positions_reach_the_script()
    {
        using var file = new ScriptFile("param([string] $First, [int] $Number, [switch] $On, [switch] $Off) \"$First|$($Number + 1)|$On|$Off|$PSScriptRoot\"");
        (_, string output, _) = await ShellProgram.RunAsync([file.Path, "a $(b)", "-Number", "41", "-On", "-Off:$false"]);
        Assert.Equal($"a $(b)|42|True|False|{Path.GetDirectoryName(file.Path)}", output.Trim());
    }

    [Fact]
    public void Values_are_text_and_never_evaluated()
    {
        ScriptParameters parameters = ScriptParameters.Parse(["-Path", "$(exit)", "-5", "rest"]);
        Assert.Equal("$(exit)", parameters.Named["path"]);
        Assert.Equal(["-5", "rest"], parameters.Positional);
    }
}
