-- Each request asks for the next path of a file, so that none comes twice. Threads take turns in the file; one
-- that reaches its end stops the run, because from there on the figures would be of cached pages.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(arguments)
  local mine, line = {}, 0
  for path in io.lines(arguments[1]) do
    if line % 2 == number then
      mine[#mine + 1] = path
    end
    line = line + 1
  end
  paths, at = mine, 0
end

function request()
  at = at + 1
  if at > #paths then
    io.stderr:write("the file has too few paths\n")
    os.exit(1)
  end
  return wrk.format("GET", paths[at])
end
