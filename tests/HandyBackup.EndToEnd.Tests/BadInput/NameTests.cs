using HandyBackup.EndToEnd.Tests.Hosting;

namespace HandyBackup.EndToEnd.Tests.BadInput;

/// <summary>Names that are unknown or taken.</summary>
public sealed class NameTests
{
    [Fact(Timeout = 120_000)]
    public async Task Unknown_and_taken_names_are_errors_that_name_them()
    {
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        Directory.CreateDirectory(session.In("source"));
        await session.CreateTaskAsync("docs", session.In("source"));

        await session.ErrorAsync("TaskNotFound", "nothing", "Start-HBTask nothing");
        await session.ErrorAsync("TaskNotFound", "nothing", "Get-HBTask nothing");
        await session.ErrorAsync("TaskNotFound", "nothing", "Remove-HBTask nothing -Confirm:$false");
        await session.ErrorAsync("RepositoryNotFound", "nowhere", "Test-HBRepository nowhere");
        await session.ErrorAsync("RepositoryNotFound", "nowhere", "New-HBTask -Name other -Path ./source -Repository nowhere");
        await session.ErrorAsync("SnapshotNotFound", "0123456789", "Restore-HBItem 0123456789 -Destination ./out");
        await session.ErrorAsync("AgentNotFound", "elsewhere", "New-HBTask -Name other -Path ./source -Repository main -Agent elsewhere");
        await session.ErrorAsync("SourceUnknown", "Tapes", "New-HBTask -Name other -Source Tapes -Path ./source -Repository main");
        await session.ErrorAsync("RunNotFound", "11111111-2222-3333-4444-555555555555", "Stop-HBRun 11111111-2222-3333-4444-555555555555");
        await session.ErrorAsync("TaskExists", "docs", "New-HBTask -Name docs -Path ./source -Repository main");
        await session.ErrorAsync("RepositoryExists", "main", "New-HBRepository -Name main -Path ./repo2 -PasswordFile ./pw");
        await session.ErrorAsync("RepositoryInUse", "main", "Remove-HBRepository main -Confirm:$false");
        await session.ErrorAsync("SourceOptionInvalid", "Colour", "New-HBTask -Name other -Path ./source -Repository main -Option @{ Colour = 'red' }");

        Assert.False(Directory.Exists(session.In("repo2")));
        Assert.Equal("docs", (await session.SingleAsync("Get-HBTask")).Text("Name"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Items_and_snapshots_that_are_not_there_are_errors_that_name_them()
    {
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        Directory.CreateDirectory(session.In("source"));
        await session.CreateTaskAsync("docs", session.In("source"));
        await session.BackUpAsync("docs");

        await session.ErrorAsync("ItemNotFound", "no/such", "Get-HBSnapshot -Task docs | Get-HBItem -Path no/such");
        await session.ErrorAsync("ItemNotFound", "no/such", "Get-HBItem -Path /no/such");
        await session.ErrorAsync("ItemNotFound", "no/such", "Get-HBSnapshot -Task docs | Restore-HBItem -Path no/such -Destination ./out -Wait");
        await session.ErrorAsync("SnapshotNotFound", "ffffffff", "Get-HBItem -SnapshotId ffffffff");
        Assert.False(Directory.Exists(session.In("out")) && Directory.EnumerateFileSystemEntries(session.In("out")).Any());
    }
}
