using System.Diagnostics;
using System.Management.Automation;
using System.Runtime.InteropServices;
using HandyBackup.EndToEnd.Tests.Hosting;
using HandyBackup.EndToEnd.Tests.Restic;
using HandyBackup.EndToEnd.Tests.Trees;

namespace HandyBackup.EndToEnd.Tests.MainJob;

/// <summary>The main job on trees that every machine has, and on very many small files.</summary>
public sealed class RealInputTests
{
    private const string AllOfUsrShare = "HANDYBACKUP_TEST_ALL_OF_USR_SHARE";
    private const int FilesInFolder = 200;

    private static int Folders => Testing.ProofRun.Times(everyday: 50, integration: 250, stress: 250);

    [Fact(Timeout = 180_000)]
    public async Task The_runtime_folder_comes_back_as_it_was()
    {
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();

        await DoMainJobAsync(session, Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory()));
    }

    [Fact(Timeout = 900_000)]
    public async Task Usr_share_comes_back_as_it_was()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /usr/share.");
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();

        // All of it may be gigabytes: a part with very different files unless all is asked for.
        bool all = Environment.GetEnvironmentVariable(AllOfUsrShare) == "1";
        await DoMainJobAsync(session, all || !Directory.Exists("/usr/share/perl") ? "/usr/share" : "/usr/share/perl");
    }

    [Fact(Timeout = 300_000)]
    public async Task Very_many_small_files_come_back_as_they_were()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Made and compared with the tools of Linux.");
        await using ProductSession session = await ProductSession.StartWithRepositoryAsync();
        string source = session.In("many");
        for (int folder = 0; folder < Folders; folder++)
        {
            string path = Directory.CreateDirectory(Path.Combine(source, $"{folder % 16:x}", $"folder {folder}")).FullName;
            for (int file = 0; file < FilesInFolder; file++)
            {
                await File.WriteAllTextAsync(Path.Combine(path, $"file {file}.txt"), $"{folder}/{file} {new string('x', file * 7)}", TestContext.Current.CancellationToken);
            }
        }

        PSObject run = await DoMainJobAsync(session, source);

        Assert.Equal(Folders * FilesInFolder, run.Number("UnchangedFiles"));
    }

    private static async Task<PSObject> DoMainJobAsync(ProductSession session, string folder)
    {
        await session.CreateTaskAsync("real", folder);
        var watch = Stopwatch.StartNew();
        PSObject first = await session.BackUpAsync("real");
        TimeSpan firstTime = watch.Elapsed;
        watch.Restart();
        PSObject second = await session.BackUpAsync("real");
        TimeSpan secondTime = watch.Elapsed;
        watch.Restart();
        await session.RestoreAsync("real", "./out");
        TestContext.Current.SendDiagnosticMessage(
            $"{folder}: {first.Number("Items")} items, {first.Number("Bytes")} bytes; backup {firstTime.TotalSeconds:F1} s, again {secondTime.TotalSeconds:F1} s, restore {watch.Elapsed.TotalSeconds:F1} s");

        await TreeListing.AssertEqualAsync(folder, session.In("out") + folder);
        Assert.Equal((0L, 0L), (second.Number("NewFiles"), second.Number("ChangedFiles")));
        Assert.Equal(first.Number("NewFiles"), second.Number("UnchangedFiles"));
        Assert.InRange(second.Number("AddedBytes"), 0, 64 << 10);
        await session.CheckAsync();
        if (File.Exists("/usr/bin/restic"))
        {
            await new ResticProgram(session.RepositoryPath).CheckAsync();
        }

        return second;
    }
}
