using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace HandyBackup.Shell.Everyday;

/// <summary>
/// The few everyday commands that full PowerShell has in modules beside the engine. They are functions in <c>Everyday.ps1</c>, and
/// formatting and output cmdlets that hand over to the engine's own.
/// </summary>
internal static class EverydayCommands
{
    /// <summary>Adds them to a session that is about to be opened.</summary>
    public static void AddTo(InitialSessionState state)
    {
        state.Commands.Add(new SessionStateCmdletEntry("Format-Table", typeof(FormatTableCommand), helpFileName: null));
        state.Commands.Add(new SessionStateCmdletEntry("Format-List", typeof(FormatListCommand), helpFileName: null));
        state.Commands.Remove("Out-Default", typeof(SessionStateCmdletEntry));
        state.Commands.Add(new SessionStateCmdletEntry("Out-Default", typeof(OutDefaultCommand), helpFileName: null));
        foreach (FunctionDefinitionAst function in ReadFunctions())
        {
            // The body in braces, parsed again as a script block, keeps parameters and begin/process/end.
            string body = function.Body.Extent.Text[1..^1];
            state.Commands.Add(new SessionStateFunctionEntry(function.Name, body));
        }
    }

    private static IEnumerable<FunctionDefinitionAst> ReadFunctions()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Everyday.ps1")
            ?? throw new InvalidOperationException("The everyday commands are missing from the program.");
        using var reader = new StreamReader(stream);
        ScriptBlockAst script = Parser.ParseInput(reader.ReadToEnd(), "Everyday.ps1", out _, out ParseError[] errors);
        if (errors.Length > 0)
        {
            throw new ParseException(errors);
        }

        return script.FindAll(ast => ast is FunctionDefinitionAst, searchNestedScriptBlocks: false).Cast<FunctionDefinitionAst>();
    }
}
