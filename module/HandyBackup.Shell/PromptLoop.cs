using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text;
using SystemConsole = System.Console;

namespace HandyBackup.Shell;

/// <summary>The plain prompt: reads a command, going on to the next line while it is incomplete, runs it and shows the result.</summary>
internal sealed class PromptLoop(ShellSession session)
{
    /// <summary>Runs until <c>exit</c> or the end of the input; gives the exit code.</summary>
    public int Run()
    {
        SystemConsole.WriteLine("Handy Backup shell. 'Get-Command -Module HandyBackup' lists the commands, 'Get-Help <command>' explains one, 'exit' leaves.");
        while (session.RequestedExitCode is null && ReadCommand() is string command)
        {
            if (command.Trim().Length > 0)
            {
                session.RunInput(command);
            }
        }

        return session.RequestedExitCode ?? ExitCodes.Success;
    }

    private string? ReadCommand()
    {
        SystemConsole.Write(GetPrompt());
        var text = new StringBuilder();
        while (SystemConsole.ReadLine() is string line)
        {
            text.Append(line);
            if (line.Length == 0 || !IsIncomplete(text.ToString()))
            {
                return text.ToString();
            }

            text.AppendLine();
            SystemConsole.Write(">> ");
        }

        return text.Length > 0 ? text.ToString() : null;
    }

    private string GetPrompt()
    {
        try
        {
            return session.GetPrompt();
        }
        catch (RuntimeException)
        {
            // A broken prompt function of the user's must not end the shell.
            return "> ";
        }
    }

    private static bool IsIncomplete(string text)
    {
        Parser.ParseInput(text, out _, out ParseError[] errors);
        return errors.Any(error => error.IncompleteInput);
    }
}
