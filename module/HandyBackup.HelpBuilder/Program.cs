using HandyBackup.HelpBuilder;

if (args is not [string moduleAssembly, string pagesFolder, string outputFolder])
{
    Console.Error.WriteLine("usage: hb-help <module assembly> <folder of Markdown pages> <output folder>");
    return 2;
}

try
{
    HelpBuild.Run(moduleAssembly, pagesFolder, outputFolder);
    return 0;
}
catch (HelpPageException exception)
{
    // The form that MSBuild shows as an error of the build.
    Console.Error.WriteLine($"{exception.Page} : error HBHELP: {exception.Message}");
    return 1;
}
