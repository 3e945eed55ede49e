using HandyBackup.Server.Hosting;
using HandyBackup.Server.Tests;
using HandyBackup.Server.Tests.Fakes;

// "serve <arguments of hb-server>" is a server with a backend of the tests; anything else runs the tests.
if (args is ["serve", ..])
{
    return (int)await ServerProcess.RunAsync(args[1..], FakeBackend.StartAsync, Console.Error, CancellationToken.None);
}

return args.Any(argument => argument is "--server" or "--internal-msbuild-node")
    ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
