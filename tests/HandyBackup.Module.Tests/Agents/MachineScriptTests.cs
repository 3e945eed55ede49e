using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;
using HandyBackup.Module.Tests.Hosting;

namespace HandyBackup.Module.Tests.Agents;

public sealed class MachineScriptTests
{
    // What Windows PowerShell 5.1 does not parse.
    private static readonly TokenKind[] s_newTokens =
        [TokenKind.AndAnd, TokenKind.OrOr, TokenKind.QuestionMark, TokenKind.QuestionQuestion, TokenKind.QuestionQuestionEquals, TokenKind.QuestionDot, TokenKind.QuestionLBracket, TokenKind.Clean];

    [Fact]
    public void Scripts_are_of_Windows_PowerShell_too_and_call_no_commands()
    {
        Assert.SkipWhen(ModuleFolder.Sources is null, "The sources are not here.");
        string[] scripts = Directory.GetFiles(Path.Combine(ModuleFolder.Sources!, "module", "HandyBackup", "Agents", "Machines", "Scripts"), "*.ps1");
        Assert.Equal(7, scripts.Length);
        foreach (string script in scripts)
        {
            ScriptBlockAst tree = Parser.ParseFile(script, out Token[] tokens, out ParseError[] errors);

            Assert.Empty(errors);
            Assert.DoesNotContain(tokens, token => s_newTokens.Contains(token.Kind));

            // A machine may have no modules, and the arguments of commands are logged.
            Assert.Empty(tree.FindAll(node => node is CommandAst, searchNestedScriptBlocks: true));
            Assert.All(File.ReadAllBytes(script), value => Assert.True(value < 0x80, $"{script} has a character that 5.1 would read as another one."));
        }
    }

    [Theory]
    [InlineData(0, false, 0, true, false)]
    [InlineData(3010, false, 3010, true, true)]
    [InlineData(1603, false, 1603, false, false)]
    [InlineData(67, true, 1603, false, false)]
    [InlineData(67, false, 67, false, false)]
    public async Task Exit_codes_mean_what_installation_tools_take_them_for(int said, bool isLinux, int code, bool isSuccess, bool isRestartNeeded)
    {
        // Of Windows' codes, 3010 is more than a process of this system can end with.
        await using Panel panel = await Panel.OpenAsync(connect: false);
        var command = (CmdletInfo)(await panel.OutputAsync("Get-Command Install-HBAgent"))[0].BaseObject;
        Type type = command.ImplementingType.Assembly.GetType("HandyBackup.Module.Agents.Machines.AgentProgramResult", throwOnError: true)!;

        object result = type.GetMethod("Create", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, [said, "", "", isLinux])!;

        Assert.Equal((code, isSuccess, isRestartNeeded), (type.GetProperty("ExitCode")!.GetValue(result), type.GetProperty("IsSuccess")!.GetValue(result), type.GetProperty("IsRestartNeeded")!.GetValue(result)));
    }
}
