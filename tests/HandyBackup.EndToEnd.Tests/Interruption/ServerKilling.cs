using System.Diagnostics;
using HandyBackup.EndToEnd.Tests.Hosting;

namespace HandyBackup.EndToEnd.Tests.Interruption;

/// <summary>The one way in which tests kill a session's server: SIGKILL to the real process, and a new one afterwards.</summary>
internal static class ServerKilling
{
    /// <summary>Runs a script and kills the server under it after a while, whatever the script is doing then.</summary>
    /// <returns>What the script said, errors of the lost connection included.</returns>
    public static async Task<ScriptResult> KillDuringAsync(this ProductSession session, string script, TimeSpan after)
    {
        int server = await session.ServerProcessIdAsync();
        Task<ScriptResult> running = session.RunAsync(script);
        await Task.WhenAny(running, Task.Delay(after, TestContext.Current.CancellationToken));
        await KillAsync(server);
        ScriptResult result = await running;
        await session.StartServerAsync();
        return result;
    }

    /// <summary>Kills the server when a condition is met, and starts a new one.</summary>
    public static async Task KillWhenAsync(this ProductSession session, Func<Task> condition)
    {
        int server = await session.ServerProcessIdAsync();
        await condition();
        await KillAsync(server);
        await session.StartServerAsync();
    }

    private static async Task KillAsync(int id)
    {
        using var server = Process.GetProcessById(id);
        server.Kill();
        await server.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
