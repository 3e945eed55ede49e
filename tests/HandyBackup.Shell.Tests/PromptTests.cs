namespace HandyBackup.Shell.Tests;

public class PromptTests
{
    [Fact]
    public async Task Prompt_runs_commands_goes_on_after_errors_and_ends_with_the_asked_exit_code()
    {
        (int exitCode, string output, string error) = await ShellProgram.RunAsync([], "$a = 20\nthrow 'oops'\nif ($true) {\n$a + 1\n}\n\nexit 6\n'never'\n");
        Assert.Equal(6, exitCode);
        Assert.Contains("21", output, StringComparison.Ordinal);
        Assert.Contains("oops", error, StringComparison.Ordinal);
        Assert.DoesNotContain("never", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_of_input_leaves_the_prompt() =>
        Assert.Equal(0, (await ShellProgram.RunAsync([], "1\n")).ExitCode);

    [Theory]
    [InlineData("y", "done")]
    [InlineData("n", "")]
    public async Task Confirmation_is_asked_and_heeded(string answer, string expected)
    {
        using var file = new ScriptFile("""
            function Remove-Thing { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param() if ($PSCmdlet.ShouldProcess('thing')) { 'done' } }
            Remove-Thing
            """);
        (_, string output, _) = await ShellProgram.RunAsync([file.Path], answer + "\n");
        Assert.Contains("[Y] Yes", output, StringComparison.Ordinal);
        Assert.EndsWith(expected, output.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(expected.Length > 0, output.Contains("done", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Question_that_nobody_answers_is_an_error_and_not_a_yes()
    {
        using var file = new ScriptFile("""
            [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param()
            if ($PSCmdlet.ShouldProcess('it')) { 'done' }
            """);
        (int exitCode, string output, string error) = await ShellProgram.RunAsync([file.Path]);
        Assert.Equal(1, exitCode);
        Assert.DoesNotContain("done", output, StringComparison.Ordinal);
        Assert.Contains("on target \"it\".", error, StringComparison.Ordinal);
        Assert.Contains("-Confirm:$false", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_parameter_that_nobody_gives_is_named()
    {
        (int exitCode, _, string error) = await ShellProgram.RunAsync(["-Command", "function Get-Thing { param([Parameter(Mandatory)] $Colour) 'done' }; Get-Thing"]);
        Assert.Equal(1, exitCode);
        Assert.Contains("missing mandatory parameters: Colour", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_that_nobody_types_is_asked_for_by_name()
    {
        (int exitCode, _, string error) = await ShellProgram.RunAsync(["-Command", "$Host.UI.Write('Your name: '); $Host.UI.ReadLine(); 'done'"]);
        Assert.Equal(1, exitCode);
        Assert.Contains("The input ended while an answer was expected to: Your name", error, StringComparison.Ordinal);
    }
}
