using System.Diagnostics;
using HandyBackup.EndToEnd.Tests.Hosting;

namespace HandyBackup.EndToEnd.Tests.BadInput;

/// <summary>Servers that do not run, or run twice, or cannot start.</summary>
public sealed class ServerTests
{
    [Fact(Timeout = 120_000)]
    public async Task Without_a_server_the_data_path_is_named()
    {
        await using ProductSession session = await ProductSession.OpenAsync();

        await session.ErrorAsync("ServerNotRunning", session.DataPath, "Connect-HBServer -DataPath ./hb");
        Assert.Equal("NotConnected", (await session.RunAsync("Get-HBTask")).ErrorIds.First());
    }

    [Theory(Timeout = 120_000)]
    [InlineData("--help", "^Usage: hb-server --data-path")]
    [InlineData("-h", "^Usage: hb-server --data-path")]
    [InlineData("--version", "^\\d+\\.\\d+\\.\\d+")]
    public async Task Whoever_asks_the_program_what_it_is_gets_an_answer(string argument, string answer)
    {
        Assert.Matches(answer, await SystemProgram.RunAsync(BuiltProduct.Server, [argument], Path.GetTempPath()));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_second_server_on_a_data_path_is_refused_and_the_first_goes_on()
    {
        await using ProductSession session = await ProductSession.StartAsync();
        int first = await session.ServerProcessIdAsync();

        await session.ErrorAsync("DataPathInUse", session.DataPath, "Start-HBServer -Standalone -DataPath ./hb");

        using Process second = Process.Start(new ProcessStartInfo(BuiltProduct.Server, ["--data-path", session.DataPath, "--standalone"]) { RedirectStandardError = true })!;
        await second.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, second.ExitCode);
        Assert.Equal(first, await session.ServerProcessIdAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_catalog_that_is_damaged_is_named_and_left_alone()
    {
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        await session.OutputAsync("Stop-HBServer");
        string catalog = Assert.Single(Directory.GetFiles(session.DataPath, "*.db"));
        byte[] nonsense = [.. Enumerable.Repeat((byte)'x', 10_000)];
        await File.WriteAllBytesAsync(catalog, nonsense, TestContext.Current.CancellationToken);

        await session.ErrorAsync("CatalogDamaged", catalog, "Start-HBServer -Standalone -DataPath ./hb");

        Assert.Equal(nonsense, await File.ReadAllBytesAsync(catalog, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_that_dies_is_noticed_and_a_new_one_knows_everything()
    {
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        Directory.CreateDirectory(session.In("source"));
        await session.CreateTaskAsync("docs", session.In("source"));

        await session.KillServerAsync();

        Assert.Contains((await session.RunAsync("Get-HBTask")).ErrorIds.First(), (string[])["ConnectionLost", "ServerNotRunning"]);
        await session.StartServerAsync();
        Assert.Equal("docs", (await session.SingleAsync("Get-HBTask")).Text("Name"));
        await session.BackUpAsync("docs");
    }
}
