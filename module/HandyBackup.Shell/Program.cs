using HandyBackup.Shell;

if (!ShellArguments.TryParse(args, out ShellArguments arguments, out string? error))
{
    await Console.Error.WriteLineAsync(error).ConfigureAwait(false);
    await Console.Error.WriteLineAsync(ShellArguments.Usage).ConfigureAwait(false);
    return ExitCodes.BadArguments;
}

if (arguments.Mode == ShellMode.Help)
{
    Console.WriteLine(ShellArguments.Usage);
    return ExitCodes.Success;
}

using var session = new ShellSession();
return arguments.Mode switch
{
    ShellMode.File => session.RunFile(arguments.Target, arguments.Rest),
    ShellMode.Command => session.RunCommand(arguments.Target),
    _ => new PromptLoop(session).Run(),
};
