using System.Text;

namespace HandyBackup.HelpBuilder;

/// <summary>Makes the help files of one language.</summary>
public static class HelpBuild
{
    private const string AboutPrefix = "about_";

    /// <summary>Reads all pages and cmdlets, checks that they fit each other, and writes the files that Get-Help reads.</summary>
    /// <param name="moduleAssembly">The path of the assembly with the cmdlets.</param>
    /// <param name="pagesFolder">The folder of the Markdown pages, one for each cmdlet and each about_ topic.</param>
    /// <param name="outputFolder">The folder that receives the files.</param>
    /// <exception cref="HelpPageException">A page is missing, incomplete or superfluous.</exception>
    public static void Run(string moduleAssembly, string pagesFolder, string outputFolder)
    {
        Directory.CreateDirectory(outputFolder);
        var pages = new SortedDictionary<string, HelpPage>(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(pagesFolder, "*.md"))
        {
            string name = Path.GetFileNameWithoutExtension(file);
            if (name.StartsWith(AboutPrefix, StringComparison.Ordinal))
            {
                File.WriteAllText(Path.Combine(outputFolder, name + ".help.txt"), AboutTopic.ToText(name, File.ReadAllLines(file)), Encoding.UTF8);
            }
            else
            {
                pages.Add(name, HelpPage.Read(file));
            }
        }

        IReadOnlyList<CmdletDescription> cmdlets = CmdletDescription.ReadAll(moduleAssembly);
        foreach (CmdletDescription cmdlet in cmdlets)
        {
            if (!pages.Remove(cmdlet.Name, out HelpPage? page))
            {
                throw new HelpPageException(Path.Combine(pagesFolder, cmdlet.Name + ".md"), "the cmdlet has no help page.");
            }

            cmdlet.Describe(page);
        }

        foreach (HelpPage left in pages.Values)
        {
            throw new HelpPageException(left.File, "there is no such cmdlet.");
        }

        MamlFile.Write(Path.Combine(outputFolder, Path.GetFileName(moduleAssembly) + "-Help.xml"), cmdlets);
    }
}
