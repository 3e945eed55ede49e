using System.Text;
using HandyBackup.Server;
using HandyBackup.Server.Core;
using HandyBackup.Server.Hosting;
using HandyBackup.Server.Recovery;

if (args is ["--help" or "-h" or "help"])
{
    Console.WriteLine(ServerArguments.Help);
    return 0;
}

if (args is ["--version"])
{
    Console.WriteLine(ProductVersion.Current);
    return 0;
}

if (args is [RestoreArguments.Command, .. string[] arguments])
{
    // UTF-8 whatever the console is set to: the password must have the same bytes everywhere.
    using var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    return (int)await RestoreProcess.RunAsync(arguments, input, Console.Out, Console.Error, CancellationToken.None);
}

return (int)await ServerProcess.RunAsync(args, ServerComposition.StartAsync, Console.Error, CancellationToken.None);
