using System.Management.Automation;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Trees;

namespace HandyBackup.EndToEnd.Tests.MainJob;

/// <summary>The sessions that the documentation shows work as they stand.</summary>
public sealed class TypedSessionTests
{
    [Fact(Timeout = 120_000)]
    public async Task The_session_of_the_documentation_works_as_typed()
    {
        await using ProductSession session = await ProductSession.OpenAsync();
        string docs = session.In("docs");
        Directory.CreateDirectory(Path.Combine(docs, "inner"));
        await File.WriteAllTextAsync(Path.Combine(docs, "read me.txt"), "Hello.", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(docs, "inner", "scratch.tmp"), "No.", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(docs, "inner", "kept.txt"), "Yes.", TestContext.Current.CancellationToken);

        IReadOnlyList<PSObject> output = await session.OutputAsync($"""
            Start-HBServer -Standalone -DataPath ./hb          # background process; returns when it answers
            Connect-HBServer -DataPath ./hb | Out-Null
            New-HBRepository -Name main -Path ./repo -PasswordFile ./pw | Out-Null
            New-HBTask -Name docs -Source Files -Path '{docs}' -Exclude '**/*.tmp' -Repository main | Out-Null
            $run = Start-HBTask docs -Wait
            $run
            Get-HBSnapshot -Task docs | Restore-HBItem -Destination ./out -Wait
            Get-HBSnapshot -Task docs -Latest | Get-HBItem -Path {docs[1..]}
            Test-HBRepository main -ReadData
            Stop-HBServer
            """);

        Assert.True(output.Count == 6, string.Join(Environment.NewLine, output.Select(item => $"{item.TypeNames[0]} {item}")));
        Assert.Equal(("Completed", "docs"), (output[1].Text("State"), output[1].Text("Task")));
        Assert.True(output[1].Number("AddedBytes") > 0);
        Assert.Equal(("Completed", "Restore"), (output[2].Text("State"), output[2].Text("Kind")));
        Assert.Equal(["inner", "read me.txt"], output.Skip(3).Take(2).Select(item => item.Text("Name")));
        Assert.Equal("Sound", output[5].Text("State"));

        string restored = session.In("out") + docs;
        File.Delete(Path.Combine(docs, "inner", "scratch.tmp"));
        File.SetLastWriteTimeUtc(Path.Combine(docs, "inner"), Directory.GetLastWriteTimeUtc(Path.Combine(restored, "inner")));
        await TreeListing.AssertEqualAsync(docs, restored);
        await session.ErrorAsync("ServerNotRunning", session.DataPath, "Connect-HBServer -DataPath ./hb");
    }

    [Fact(Timeout = 120_000)]
    public async Task One_pipeline_leads_from_tasks_to_the_restored_tree()
    {
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        foreach (string name in new[] { "docs-a", "docs-b", "other" })
        {
            Directory.CreateDirectory(session.In(name));
            await File.WriteAllTextAsync(Path.Combine(session.In(name), "file"), name, TestContext.Current.CancellationToken);
            await session.CreateTaskAsync(name, session.In(name));
        }

        IReadOnlyList<PSObject> runs = await session.OutputAsync("Get-HBTask docs* | Start-HBTask -Wait | Get-HBSnapshot | Restore-HBItem -Destination ./out -Wait");

        Assert.Equal(["Completed", "Completed"], runs.Select(run => run.Text("State")));
        await TreeListing.AssertEqualAsync(session.In("docs-a"), session.In("out") + session.In("docs-a"));
        await TreeListing.AssertEqualAsync(session.In("docs-b"), session.In("out") + session.In("docs-b"));
        Assert.False(Directory.Exists(session.In("out") + session.In("other")));
    }
}
