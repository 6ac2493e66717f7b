using AmlVnet.Build;

// The build runs this in the repository's root: "dotnet run --project build -- help" is for people.
return HelpTask.Run(Environment.CurrentDirectory, args);
